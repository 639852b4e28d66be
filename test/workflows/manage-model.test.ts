import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from '../cli/millrace.js';
import { eventually } from '../support/eventually.js';
import {
  type ModelWorld,
  openModelWorld,
  pipelineOf,
  promotion,
  retrain,
  rollback,
} from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
let world: ModelWorld;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  await stack.startWorker();
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

const champion = (model: string, yaml?: string) => newChampion(world, model, yaml);

describe('with no gateway live', () => {
  it.concurrent('promotes the first version, unconfirmed, with one ledger line', async () => {
    const { version } = await world.register('first');
    const run = await stack.startRun(
      pipelineOf('first', { deploy: `{uses: deploy, with: {version: ${version}}}` }),
    );
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    const step = await stack.registry.step(run.runId, 'deploy');
    expect(step?.outcome?.outputs.values).toMatchObject({
      outcome: 'promoted',
      serving: 'unconfirmed',
    });
    expect(await world.story('first')).toEqual(['promoted none→1']);
    expect(await stack.registry.champion('first')).toMatchObject({ version: 1, transition: 1 });
  });

  it.concurrent('keeps a version as challenger that was compared with nobody', async () => {
    await champion('challenged');
    const { version } = await world.register('challenged');
    const run = await stack.startRun(
      pipelineOf('challenged', { deploy: `{uses: deploy, with: {version: ${version}}}` }),
    );
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    const step = await stack.registry.step(run.runId, 'deploy');
    expect(step?.outcome?.outputs.values).toMatchObject({
      outcome: 'kept-as-challenger',
      detail: expect.stringContaining('may say `promote: uncompared`'),
    });
    expect(await world.story('challenged')).toEqual(['promoted none→1', 'kept-as-challenger 1→2']);
  });

  it.concurrent('promotes a version that was compared with nobody where its file says so', async () => {
    await champion('exempted');
    const { version } = await world.register('exempted');
    const inputs = `{version: ${version}, promote: uncompared}`;
    const run = await stack.startRun(
      pipelineOf('exempted', { deploy: `{uses: deploy, with: ${inputs}}` }),
    );
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    const step = await stack.registry.step(run.runId, 'deploy');
    expect(step?.outcome?.outputs.values).toMatchObject({ outcome: 'promoted' });
    const [, line] = await world.ledger('exempted', 'promoted');
    expect(line?.reason).toContain('compared with nobody (promote: uncompared)');
  });

  it.concurrent('rolls back to the champion before, and refuses where there is none', async () => {
    await champion('returning');
    await champion('returning');
    await world.update('returning', 'rollback', rollback());
    await world.update('returning', 'rollback', rollback());
    await eventually(async () => {
      expect(await world.story('returning')).toEqual([
        'promoted none→1',
        'promoted 1→2',
        'rolled-back 2→1',
        'rollback-refused 1→none',
      ]);
    });
    expect(await stack.registry.champion('returning')).toMatchObject({ version: 1, transition: 3 });
  });

  it.concurrent('passes over an earlier version that cannot serve, and says why', async () => {
    await champion('skipping');
    const broken = await world.register('skipping', 'linear-plus-1000');
    await world.update('skipping', 'promote', promotion(broken.version));
    await champion('skipping');
    writeFileSync(await world.onnxFile(broken), 'something else');
    await world.update('skipping', 'rollback', rollback());
    await eventually(async () => {
      expect((await world.story('skipping')).at(-1)).toBe('rolled-back 3→1');
    });
    const [line] = await world.ledger('skipping', 'rolled-back');
    expect(line?.evidence['choice']).toMatchObject({
      skipped: [{ version: 2, why: expect.stringContaining('not intact') }],
    });
    await eventually(async () => {
      expect(await world.state('skipping')).toMatchObject({
        champion: { version: 1 },
        earlier: [],
      });
    });
  });

  it.concurrent('acts once on a request that comes twice', async () => {
    await champion('twice');
    await champion('twice');
    const request = rollback();
    await world.signal('twice', 'rollback', request);
    await world.signal('twice', 'rollback', request);
    await eventually(async () => {
      expect((await world.state('twice')).counts).toMatchObject({ received: 4, duplicate: 1 });
      expect(await world.story('twice')).toHaveLength(3);
      expect((await world.state('twice')).change).toBeNull();
    });
    expect(await world.story('twice')).toHaveLength(3);
  });

  it.concurrent('drops malformed signals and lives on', async () => {
    const junk = [undefined, null, 7, 'text', [], {}, { kind: 'rollback' }, { runId: 3 }];
    for (const name of ['requestDeploy', 'rollback', 'retrain', 'pipelineEnded'] as const) {
      for (const message of junk) await world.signal('junk', name, message);
    }
    await champion('junk');
    expect(await world.story('junk')).toEqual(['promoted none→1']);
    expect((await world.state('junk')).counts).toMatchObject({ received: 1, acted: 1 });
  });

  it.concurrent('refuses a malformed update to its sender, saying what is wrong', async () => {
    await champion('refusing');
    const wrong = { ...promotion(1), version: 0 };
    await expect(world.update('refusing', 'promote', wrong)).rejects.toMatchObject({
      cause: { message: 'version must be a whole number from 1' },
    });
    await expect(
      world.update('refusing', 'rollback', rollback({ asOf: 'yesterday' })),
    ).rejects.toMatchObject({ cause: { message: expect.stringContaining('asOf') } });
    await expect(world.update('refusing', 'pause', undefined)).rejects.toThrow();
    expect((await world.state('refusing')).counts.received).toBe(1);
  });

  it.concurrent('refuses a version whose artifact is damaged; the champion stays', async () => {
    await champion('damaged');
    const version = await world.register('damaged', 'not-onnx');
    writeFileSync(await world.onnxFile(version), 'something else');
    await world.update('damaged', 'promote', promotion(version.version));
    await eventually(async () => {
      expect(await world.story('damaged')).toEqual(['promoted none→1', 'deploy-refused 1→2']);
    });
    const [refusal] = await world.ledger('damaged', 'deploy-refused');
    expect(refusal?.reason).toContain('not intact');
    expect((await stack.registry.champion('damaged'))?.version).toBe(1);
  });

  it.concurrent('refuses a version that does not exist', async () => {
    await champion('nowhere');
    await world.update('nowhere', 'promote', promotion(9));
    await eventually(async () => {
      expect(await world.story('nowhere')).toEqual(['promoted none→1', 'deploy-refused 1→9']);
    });
    expect((await world.state('nowhere')).change).toBeNull();
  });

  it.concurrent('pauses what is automatic, not what a person asks', async () => {
    await champion('paused');
    const pause = { actor: 'ann', reason: 'holidays', asOf: '2011-07-02T00:00:00Z' };
    await world.update('paused', 'pause', pause);
    await world.signal('paused', 'rollback', rollback({ actor: 'monitor' }));
    await world.signal('paused', 'retrain', retrain({ trigger: 'schedule' }));
    await eventually(async () => {
      expect(await world.story('paused')).toEqual(
        expect.arrayContaining(['paused 1→1', 'rollback-refused 1→none', 'retrain-held 1→1']),
      );
    });
    await world.update('paused', 'resume', pause);
    await champion('paused');
    expect((await world.state('paused')).paused).toBeNull();
  });
});

describe('with a gateway live', () => {
  beforeAll(async () => {
    await stack.startGateway();
  });

  it.concurrent('confirms by the lease of the gateway, on a model that a pipeline trained', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const hour = new Date(Date.UTC(2011, 0, 1, i)).toISOString();
      return `${hour},${i % 24},${3 * (i % 24) + 5}`;
    });
    writeFileSync(join(stack.directory, 'hours.csv'), ['hour,h,rentals', ...rows].join('\n'));
    const run = await stack.startRun(TRAINED);
    expect(await stack.result(run)).toEqual({
      runId: run.runId,
      status: 'completed',
      detail: null,
    });
    const step = await stack.registry.step(run.runId, 'deploy');
    expect(step?.outcome?.outputs.values).toMatchObject({
      outcome: 'promoted',
      serving: 'confirmed',
    });
    expect(await world.story('trained')).toEqual(['promoted none→1']);
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions['trained']).toBe(1);
  });

  it.concurrent('moves the alias back when the gateway cannot load the version', async () => {
    await champion('unloadable');
    const { version } = await world.register('unloadable', 'not-onnx');
    await world.update('unloadable', 'promote', promotion(version));
    await eventually(async () => {
      expect(await world.story('unloadable')).toEqual([
        'promoted none→1',
        'promoted 1→2',
        'compensated 2→1',
      ]);
    });
    const [taken] = await world.ledger('unloadable', 'compensated');
    expect(taken?.reason).toMatch(
      /^version 2 is not served after \d+ s by \S+ \(version 1\), which tried 3 times to load version 2: .*ONNX/,
    );
    expect(await stack.registry.champion('unloadable')).toMatchObject({
      version: 1,
      transition: 3,
    });
    await eventually(async () => {
      expect(await world.state('unloadable')).toMatchObject({
        champion: { version: 1 },
        transition: 3,
        change: null,
      });
    });
    // The numbers used up do not stand in the way of the next change.
    expect(await champion('unloadable')).toBe(3);
  });

  it.concurrent('tells a deploy step whose fault it is', async () => {
    await world.register('faulty', 'not-onnx');
    const damaged = await world.register('faulty', 'linear-plus-1000');
    rmSync(await world.onnxFile(damaged));
    const deploys = (version: number) =>
      `apiVersion: millrace/v1\nname: faulty\nmodel: faulty\nsteps:\n  ship: {uses: deploy, with: {version: ${version}}}\n`;
    const failure = async (version: number) => {
      const run = await stack.startRun(deploys(version));
      expect((await stack.result(run)).status).toBe('failed');
      return (await stack.registry.step(run.runId, 'ship'))?.failure;
    };
    expect(await failure(1)).toMatchObject({
      type: 'ServiceUnavailable',
      message: expect.stringMatching(/tried 3 times to load version 1/),
    });
    expect(await failure(2)).toMatchObject({ type: 'ArtifactCorrupt' });
  });

  it.concurrent('tells who deploys by hand what the gateway said', async () => {
    await champion('by-hand');
    const { version } = await world.register('by-hand', 'not-onnx');
    const asked = ['deploy', `by-hand@${version}`, '--reason', 'trying'];
    const env = { MILLRACE_HOME: stack.home.root, TEMPORAL_ADDRESS: stack.server.address };
    const { code, stdout } = await millrace(asked, { cwd: stack.directory, env });
    expect(stdout).toMatch(/tried 3 times to load version 2: .*; version 1 is champion again/);
    expect(code).toBe(1);
  });

  it.concurrent.each([
    ['waits for the gateways', 'overtaken', true],
    ['has only just begun', 'overtaken-early', false],
  ])('lets a rollback overtake a deploy that %s', async (_, model, waits) => {
    await champion(model);
    const { version } = await world.register(model, 'not-onnx');
    await world.update(model, 'promote', promotion(version));
    if (waits) {
      await eventually(async () => {
        expect((await stack.registry.champion(model))?.version).toBe(version);
      });
    }
    await world.update(model, 'rollback', rollback());
    await eventually(async () => {
      expect(await world.story(model)).toEqual([
        'promoted none→1',
        'promoted 1→2',
        'rolled-back 2→1',
      ]);
      expect((await world.state(model)).change).toBeNull();
    });
    expect((await stack.registry.champion(model))?.version).toBe(1);
  });
});

const TRAINED = `
apiVersion: millrace/v1
name: trained
model: trained
steps:
  ingest: { uses: ingest, with: { source: hours.csv, time: hour } }
  validate:
    uses: validate
    with:
      data: "\${steps.ingest.data}"
      holdout: { share: 0.2 }
      expect: [{ expect_column_values_to_not_be_null: { column: rentals } }]
  train:
    uses: train
    with: { data: "\${steps.validate.data}", target: rentals, algorithm: decision-tree }
  evaluate:
    uses: evaluate
    with: { models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: rentals }
    gate: metrics.mae <= 10
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
`;

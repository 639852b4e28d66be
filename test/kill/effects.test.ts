import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerEntry } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion, rollback } from '../support/model-world.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { killSeeds, randomFrom } from './random.js';

let stack: TestStack;
let world: ModelWorld;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  [worker] = await Promise.all([stack.startWorker(), stack.startGateway()]);
  const rows = Array.from({ length: 120 }, (_, i) => {
    const hour = new Date(Date.UTC(2011, 0, 1, i)).toISOString();
    return `${hour},${i % 24},${3 * (i % 24) + 5}`;
  });
  writeFileSync(join(stack.directory, 'hours.csv'), ['hour,h,rentals', ...rows].join('\n'));
  // Data and model are found again by every run after this one, which leaves them the effects.
  const run = await stack.startRun(PIPELINE);
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

const MODEL = 'effects';
const PIPELINE = `
apiVersion: millrace/v1
name: ${MODEL}
model: ${MODEL}
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
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
`;
/** Runs that one kill meets, each at another place. */
const RUNS_AT_ONCE = 5;

async function killAndStartAgain(): Promise<void> {
  await worker.end('SIGKILL');
  worker = await stack.startWorker();
}

/** Moves of the alias in the ledger: each from where the one before it led. */
function expectUnbroken(ledger: readonly LedgerEntry[], champion: number | undefined): void {
  const moves = ledger.filter(({ key }) => key.startsWith('transition/'));
  expect(moves.map(({ key }) => Number(key.split('/').at(-1)))).toEqual(moves.map((_, i) => i + 1));
  let at: number | null = null;
  for (const { from, to } of moves) {
    expect(from).toBe(at);
    at = to;
  }
  expect(champion).toBe(at);
}

it.each(killSeeds(2))(
  'registers once and loses no run when killed around register and deploy (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const before = (await stack.registry.versions(MODEL)).length;
    const runs = [];
    for (let i = 0; i < RUNS_AT_ONCE; i += 1) {
      runs.push(await stack.startRun(PIPELINE));
      await wait(random() * 60);
    }
    if (seed % 2 === 1) {
      // As near as can be to a version that is written and not reported.
      await eventually(async () => {
        expect((await stack.registry.versions(MODEL)).length).toBeGreaterThan(before);
      });
      await wait(random() * 15);
    } else {
      await wait(random() * 500);
    }
    await killAndStartAgain();

    for (const run of runs) {
      expect(await stack.result(run)).toMatchObject({ status: 'completed' });
      const steps = await stack.registry.steps(run.runId);
      expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'completed'));
    }
    const versions = await stack.registry.versions(MODEL);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, i) => i + 1));
    expect(versions).toHaveLength(before + RUNS_AT_ONCE);
    for (const { runId } of runs) {
      expect(versions.filter((version) => version.runId === runId)).toHaveLength(1);
    }
    const ledger = await stack.registry.ledger(MODEL);
    expect(ledger.filter(({ action }) => action === 'registered')).toHaveLength(versions.length);
    expectUnbroken(ledger, (await stack.registry.champion(MODEL))?.version);
  },
  120_000,
);

it('finishes a deploy, and lets a rollback overtake one, when killed while both wait', async () => {
  const [good, stuck] = ['good', 'stuck'];
  for (const model of [good, stuck]) {
    const { version } = await world.register(model);
    await world.update(model, 'promote', promotion(version));
    await eventually(async () => {
      expect(await world.state(model)).toMatchObject({ champion: { version }, change: null });
    });
  }
  const next = await world.register(good, 'linear-plus-1000');
  const bad = await world.register(stuck, 'not-onnx');
  await Promise.all([
    world.update(stuck, 'promote', promotion(bad.version)),
    world.update(good, 'promote', promotion(next.version)),
  ]);
  await eventually(async () => {
    expect((await stack.registry.champion(stuck))?.version).toBe(bad.version);
    expect((await stack.registry.champion(good))?.version).toBe(next.version);
  });
  await killAndStartAgain();
  await world.update(stuck, 'rollback', rollback());

  await eventually(async () => {
    expect(await world.state(good)).toMatchObject({ champion: { version: 2 }, change: null });
    expect(await world.state(stuck)).toMatchObject({ champion: { version: 1 }, change: null });
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions).toMatchObject({ [good]: 2, [stuck]: 1 });
  });
  expect(await world.story(good)).toEqual(['promoted none→1', 'promoted 1→2']);
  expect(await world.story(stuck)).toEqual(['promoted none→1', 'promoted 1→2', 'rolled-back 2→1']);
  expectUnbroken(await stack.registry.ledger(stuck), 1);
});

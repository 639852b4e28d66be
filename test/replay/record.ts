import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  GUARD_WORKFLOW_ID,
  MESSAGE,
  modelWorkflowId,
  monitorWorkflowId,
  type RunPipelineInput,
  runWorkflowId,
  type ScheduledStart,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { eventually } from '../support/eventually.js';
import {
  type ModelWorld,
  noopPipeline,
  openModelWorld,
  pipelineOf,
  promotion,
  retrain,
  rollback,
  waitStep,
} from '../support/model-world.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  checkNow,
  closeDay,
  decisions,
  serveDays,
  TRAINING_DAYS,
  watchedPipeline,
  writeTrainingData,
} from '../workflows/watched-model.js';
import { HISTORIES, keepHistory } from './keep-history.js';
import { recordAlerts } from './record-alerts.js';
import { recordControl } from './record-control.js';
import { recordFlow } from './record-flow.js';
import { recordLife } from './record-life.js';
import { recordMirror } from './record-mirror.js';
import { recordPeople } from './record-people.js';
import { recordRollouts } from './record-rollouts.js';
import { recordTuning } from './record-tuning.js';

let stack: TestStack;
let world: ModelWorld;
let gateway: TestProcess;
beforeAll(async () => {
  for (const name of readdirSync(HISTORIES)) rmSync(join(HISTORIES, name));
  // Histories stay small, and continuing as new comes soon.
  stack = await startTestStack({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=150'] });
  world = await openModelWorld(stack);
  await stack.startWorker();
  writeTrainingData(stack);
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

const keep = (name: string, workflowId: string, runId?: string): Promise<void> =>
  keepHistory(stack, name, workflowId, runId);

const idOf = (run: RunPipelineInput) => runWorkflowId(run.pipeline, run.runId);

async function recordRun(
  name: string,
  yaml: string,
  options: Parameters<TestStack['startRun']>[1] = {},
): Promise<string> {
  const run = await stack.startRun(yaml, options);
  const { status } = await stack.result(run);
  await keep(`run-pipeline.${name}`, idOf(run));
  return status;
}

async function champion(model: string, yaml = noopPipeline(model)): Promise<number> {
  const { version } = await world.register(model, 'linear', yaml);
  await world.update(model, 'promote', promotion(version));
  await settled(model, version);
  return version;
}

const settled = (model: string, version: number) =>
  eventually(async () => {
    expect(await world.state(model)).toMatchObject({ champion: { version }, change: null });
  });

const told = (model: string, action: string) =>
  eventually(async () => {
    const lines = await stack.registry.ledger(model);
    expect(lines.map((line) => line.action)).toContain(action);
  });

it('runPipeline', async () => {
  writeFileSync(join(stack.directory, 'x.sh'), `echo '{"values": {"x": 1}}' > outputs.json`);
  const chain = pipelineOf('chain', {
    a: '{run: [sh, x.sh]}',
    b: '{uses: noop, with: {y: "${steps.a.x}"}}',
    c: '{uses: noop, if: steps.a.x > 5}',
    d: '{uses: noop, needs: [c]}',
  });
  expect(await recordRun('completed', chain)).toBe('completed');
  expect(await recordRun('found-again', chain)).toBe('completed');
  const fails = pipelineOf('fails', {
    fails: '{run: [sh, -c, "exit 65"]}',
    after: '{uses: noop, needs: [fails]}',
    beside: '{uses: noop}',
  });
  expect(await recordRun('failed', fails)).toBe('failed');
  const retries = pipelineOf('retries', {
    flaky: '{run: [sh, -c, "exit 1"], retry: {maxAttempts: 2, initialInterval: 10ms}}',
  });
  expect(await recordRun('retried', retries)).toBe('failed');
  const run = await stack.startRun(pipelineOf('long', { wait: waitStep('/nowhere/go') }));
  await eventually(async () => {
    expect((await stack.registry.step(run.runId, 'wait'))?.status).toBe('running');
  });
  await stack.temporal.client.workflow.getHandle(idOf(run)).cancel();
  expect((await stack.result(run)).status).toBe('cancelled');
  await keep('run-pipeline.cancelled', idOf(run));
});

it('runPipeline: fan-out, joins and hooks', () => recordFlow(stack));

it('runPipeline: deploys and gates', async () => {
  const deploys = (version: number) =>
    pipelineOf('deploys', { deploy: `{uses: deploy, with: {version: ${version}}}` });
  await world.register('deploys');
  await world.register('deploys');
  expect(await recordRun('deployed', deploys(1))).toBe('completed');
  expect(await recordRun('kept-as-challenger', deploys(2))).toBe('completed');
  const damaged = await world.register('damaged', 'not-onnx');
  writeFileSync(await world.onnxFile(damaged), 'something else');
  const refused = pipelineOf('damaged', { deploy: '{uses: deploy, with: {version: 1}}' });
  expect(await recordRun('refused', refused)).toBe('failed');
  const missing = pipelineOf('missing', { deploy: '{uses: deploy, with: {version: 9}}' });
  expect(await recordRun('deploy-not-asked', missing)).toBe('failed');
  const gated = watchedPipeline('gated').replace(
    'target: rentals }\n  register',
    'target: rentals }\n    gate: metrics.mae < 0\n  register',
  );
  expect(await recordRun('rejected', gated)).toBe('rejected');
  const gateOverrides = { evaluate: 'a test wants it' };
  expect(await recordRun('gate-overridden', gated, { gateOverrides })).toBe('completed');
});

it('manageModel: without a gateway', async () => {
  await champion('promoted');
  await keep('manage-model.promoted', modelWorkflowId('promoted'));

  await champion('requests');
  await champion('requests');
  const request = rollback();
  await world.signal('requests', 'rollback', { malformed: true });
  await world.signal('requests', 'rollback', request);
  await world.signal('requests', 'rollback', request);
  await expect(world.update('requests', 'promote', {})).rejects.toThrow();
  const pause = { actor: 'ann', reason: 'a fair', asOf: '2011-07-02' };
  await world.update('requests', 'pause', pause);
  await world.signal('requests', 'retrain', retrain({ trigger: 'schedule' }));
  await told('requests', 'retrain-held');
  await world.update('requests', 'resume', pause);
  await world.update('requests', 'promote', promotion(9));
  await told('requests', 'deploy-refused');
  await settled('requests', 1);
  await keep('manage-model.requests', modelWorkflowId('requests'));

  const gate = join(stack.directory, 'go');
  await champion('retrains', pipelineOf('retrains', { wait: waitStep(gate) }));
  await world.signal('retrains', 'retrain', retrain());
  await world.signal('retrains', 'retrain', retrain());
  await told('retrains', 'retrain-held');
  writeFileSync(gate, '');
  await told('retrains', 'retrain-ended');
  await world.signal('unborn', 'retrain', retrain());
  await told('unborn', 'retrain-ended');
  await keep('manage-model.retrain-not-started', modelWorkflowId('unborn'));
  await keep('manage-model.retrain-coalesced', modelWorkflowId('retrains'));
  const [child] = await stack.registry.runs({ model: 'retrains' });
  await keep('run-pipeline.retrain', child?.workflowId ?? '');

  const endless = pipelineOf('silent', { wait: waitStep('/nowhere/go') });
  const silent = await world.register('silent', 'linear', endless);
  await world.signal('silent', 'requestDeploy', promotion(silent.version), { retrainCheckMs: 500 });
  await settled('silent', silent.version);
  await world.signal('silent', 'retrain', retrain());
  await told('silent', 'retrain-started');
  await eventually(async () => {
    expect(await stack.registry.runs({ model: 'silent' })).toHaveLength(1);
  });
  const [lost] = await stack.registry.runs({ model: 'silent' });
  await stack.temporal.client.workflow.getHandle(lost?.workflowId ?? '').terminate();
  await told('silent', 'retrain-ended');
  await keep('manage-model.run-looked-up', modelWorkflowId('silent'));

  await champion('anew');
  const first = (await world.handle('anew').describe()).runId;
  for (let i = 0; i < 60; i += 1) {
    await world.signal('anew', 'rollback', rollback({ version: 100 + i }));
  }
  await eventually(async () => {
    expect((await world.state('anew')).counts).toMatchObject({ received: 61, refused: 60 });
    expect((await world.handle('anew').describe()).runId).not.toBe(first);
  });
  await keep('manage-model.continues-as-new', modelWorkflowId('anew'), first);
  await keep('manage-model.continued', modelWorkflowId('anew'));
});

it('manageModel: what waits, what is undone, what is repaired', async () => {
  const person = { actor: 'user:ann', reason: 'a test asks', asOf: '2011-07-02T00:00:00Z' };
  const train = pipelineOf(
    'asking',
    { nothing: '{uses: noop}' },
    'monitor: { time: hour, window: { every: 1d }, respond: { automation: train } }',
  );
  await champion('asking', train);
  const { version } = await world.register('asking', 'linear', train);
  const byRun = { kind: 'deploy', actor: 'run:retrain', comparedWith: 1 } as const;
  await world.signal('asking', 'requestDeploy', promotion(version, byRun));
  await told('asking', 'approval-requested');
  const answer = { ...person, answer: 'approve', requestId: null, version };
  await world.update('asking', 'approve', answer);
  await settled('asking', version);
  await world.signal('asking', 'requestDeploy', promotion(version, { ...byRun, risk: 'high' }));
  await world.update('asking', 'approve', answer);
  await told('asking', 'approval-refused');
  await keep('manage-model.approved', modelWorkflowId('asking'));

  await champion('undone');
  await champion('undone');
  const medium = { actor: 'monitor', risk: 'medium' } as const;
  await world.signal('undone', 'rollback', rollback({ ...medium, trigger: 'monitor' }));
  await settled('undone', 1);
  await world.update('undone', 'undo', { ...person, requestId: 'undo-1' });
  await settled('undone', 2);
  await keep('manage-model.undone', modelWorkflowId('undone'));

  await champion('repaired');
  const window = { start: '2011-07-01T00:00:00Z', end: '2011-07-02T00:00:00Z' };
  const repair = { ...person, kind: 'repair', repair: 'quarantine', features: [], window };
  const change = (name: string) => ({ ...repair, change: name, requestId: name, evidence: {} });
  await world.signal('repaired', 'repair', change('begin'));
  await told('repaired', 'repaired');
  await world.signal('repaired', 'repair', change('lift'));
  await told('repaired', 'repair-lifted');
  const until = new Date(Date.now() + 1_000).toISOString();
  await world.update('repaired', 'pause', { ...person, until });
  await told('repaired', 'resumed');
  await keep('manage-model.repaired', modelWorkflowId('repaired'));
});

it('requestRetrain', async () => {
  const fire = async (name: string, model: string, yaml: string) => {
    const { plan, planHash, baseDirectory } = await world.register(model, 'linear', yaml);
    const workflowId = `schedule/${model}/03:00`;
    await stack.temporal.client.workflow.execute(WORKFLOW.requestRetrain, {
      workflowId,
      taskQueue: TASK_QUEUE.control,
      args: [
        {
          model,
          pipeline: model,
          plan,
          planHash,
          baseDirectory,
          actor: 'schedule',
          reason: 'weekly',
        },
      ],
    });
    await keep(`request-retrain.${name}`, workflowId);
  };
  await fire('not-promoted', 'weekly', noopPipeline('weekly'));
  const deploys = pipelineOf('improving', { deploy: '{uses: deploy, with: {version: 1}}' });
  await fire('promoted', 'improving', deploys);
  await keep('manage-model.retrain-promoted', modelWorkflowId('improving'));
});

it('what a schedule starts: a local time that comes twice, and a failure that pauses', async () => {
  const timezone = 'America/New_York';
  const start = async (
    workflow: string,
    model: string,
    nominal: string,
    schedule: ScheduledStart,
    yaml = noopPipeline(model),
  ) => {
    const { plan, planHash, baseDirectory } = await world.register(model, 'linear', yaml);
    const workflowId = `${model}-${nominal}`;
    const input = { pipeline: model, plan, planHash, baseDirectory, schedule };
    const by = { actor: 'schedule', reason: 'nightly' };
    const run = { runId: '', asOf: '', params: {}, trigger: { kind: 'schedule', ...by } };
    await stack.temporal.client.workflow
      .execute(workflow, {
        workflowId,
        taskQueue: TASK_QUEUE.control,
        args: [
          workflow === WORKFLOW.runPipeline
            ? { ...input, ...run, model: null, gateOverrides: {} }
            : { ...input, ...by, model },
        ],
      })
      .catch(() => undefined);
    return workflowId;
  };
  const { runPipeline, requestRetrain } = WORKFLOW;
  const first = await start(runPipeline, 'nightly', '2026-11-01T05:30:00Z', { timezone });
  await keep('run-pipeline.scheduled', first);
  const second = await start(runPipeline, 'nightly', '2026-11-01T06:30:00Z', { timezone });
  await keep('run-pipeline.ran-before', second);
  const fails = pipelineOf('touchy', { fails: '{run: [sh, -c, "exit 65"]}' });
  const pauses = { pauseOnFailure: true } as const;
  const failed = await start(runPipeline, 'touchy', '2026-11-01T05:30:00Z', pauses, fails);
  await keep('run-pipeline.failed-for-schedule', failed);
  await start(requestRetrain, 'twice', '2026-11-01T05:30:00Z', { timezone });
  const again = await start(requestRetrain, 'twice', '2026-11-01T06:30:00Z', { timezone });
  await keep('request-retrain.ran-before', again);
  const worse = pipelineOf('worse', { fails: '{run: [sh, -c, "exit 65"]}' });
  const ended = await start(requestRetrain, 'worse', '2026-11-01T05:30:00Z', pauses, worse);
  await keep('request-retrain.failed-for-schedule', ended);
});

it('manageModel: rollouts', () => recordRollouts(stack, world));

it('manageModel: with a gateway', async () => {
  gateway = await stack.startGateway();
  await champion('confirmed');
  await keep('manage-model.confirmed', modelWorkflowId('confirmed'));
  for (const model of ['compensated', 'overtaken', 'overtaken-early']) {
    await champion(model);
    const { version } = await world.register(model, 'not-onnx');
    await world.update(model, 'promote', promotion(version));
    if (model === 'overtaken') {
      await eventually(async () => {
        const { pendingActivities } = (await world.handle(model).describe()).raw;
        expect(pendingActivities?.map(({ activityType }) => activityType?.name)).toEqual([
          'confirmServed',
        ]);
      });
    }
    if (model !== 'compensated') await world.update(model, 'rollback', rollback());
  }
  for (const model of ['overtaken', 'overtaken-early', 'compensated']) {
    await told(model, model === 'compensated' ? 'compensated' : 'rolled-back');
    await settled(model, 1);
    await keep(`manage-model.${model}`, modelWorkflowId(model));
  }
});

it('watchModel', async () => {
  const deployed = async (model: string, cut = (yaml: string) => yaml) => {
    const { status } = await stack.result(await stack.startRun(cut(watchedPipeline(model))));
    expect(status).toBe('completed');
    await eventually(async () => {
      const [lease] = await stack.registry.leases();
      expect(lease?.servedVersions[model]).toBe(1);
    });
  };
  const decide = async (
    model: string,
    day: number,
    days: number,
    broken: boolean,
    count: number,
  ) => {
    await serveDays(gateway, model, TRAINING_DAYS + day, days, broken);
    await closeDay(gateway, model, TRAINING_DAYS + day + days - 1);
    await checkNow(stack, model);
    await decisions(stack, model, count);
  };
  await deployed('watched');
  await decide('watched', 0, 1, false, 1);
  await keep('watch-model.decided', monitorWorkflowId('watched'));
  await decide('watched', 1, 2, true, 3);
  await told('watched', 'retrain-ended');
  await keep('watch-model.signalled', monitorWorkflowId('watched'));
  const watched = stack.temporal.client.workflow.getHandle(monitorWorkflowId('watched'));
  await expect(watched.executeUpdate(MESSAGE.closeIncident, { args: [{}] })).rejects.toThrow();
  const note = { number: 1, actor: 'user:ann', note: 'a fair' };
  await watched.executeUpdate(MESSAGE.closeIncident, { args: [note] });
  await keep('watch-model.incident-closed', monitorWorkflowId('watched'));

  await deployed('orphaned');
  await world.handle('orphaned').terminate('its server lost it');
  await decide('orphaned', 0, 2, true, 2);
  await told('orphaned', 'retrain-ended');
  await keep('watch-model.model-started-again', monitorWorkflowId('orphaned'));

  await deployed('unmeasured');
  const profile = (await stack.registry.version('unmeasured', 1))?.profile ?? null;
  if (profile === null) throw new Error('the version has no profile');
  const file = await createLocalArtifactStore(stack.home.artifactsDir).localPath(profile);
  rmSync(file);
  await decide('unmeasured', 0, 1, false, 1);
  await keep('watch-model.unmeasured', monitorWorkflowId('unmeasured'));

  // Idle after a second, so that what comes again corrects; and silent after two.
  await deployed('corrected', (yaml) =>
    yaml
      .replace('idleTimeout: 10m }', 'idleTimeout: 1s }\n  freshness: { maxSilence: 2s }')
      .replace('allowedLateness: 0s', 'allowedLateness: 1d'),
  );
  await serveDays(gateway, 'corrected', TRAINING_DAYS, 1);
  await decisions(stack, 'corrected', 2);
  await serveDays(gateway, 'corrected', TRAINING_DAYS, 1);
  await eventually(async () => {
    await checkNow(stack, 'corrected');
    const [measured] = await stack.registry.measurements('corrected');
    expect(measured?.late?.corrections).toBe(1);
  });
  await keep('watch-model.corrected-and-silent', monitorWorkflowId('corrected'));
  const guard = stack.temporal.client.workflow.getHandle(GUARD_WORKFLOW_ID);
  await guard.signal(MESSAGE.checkNow);
  await keep('guard-monitors.checked', GUARD_WORKFLOW_ID);

  await deployed('long');
  const monitor = stack.temporal.client.workflow.getHandle(monitorWorkflowId('long'));
  const first = (await monitor.describe()).runId;
  for (let day = 0; (await monitor.describe()).runId === first; day += 1) {
    await decide('long', day, 1, false, day + 1);
  }
  await keep('watch-model.continues-as-new', monitorWorkflowId('long'), first);
  await keep('watch-model.continued', monitorWorkflowId('long'));
});

it('deliverAlert and byHand', () => recordAlerts(stack, world));

it('retireModel', () => recordLife(stack, world));

it('runs that wait for people, and holdGroup', () => recordPeople(stack));

it('runs that are paused, shareStep and collectGarbage', () => recordControl(stack));

it('searches for parameters', () => recordTuning(stack));

it('mirrorTracking', () => recordMirror(stack));

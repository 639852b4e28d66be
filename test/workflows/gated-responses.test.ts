import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RepairRequest } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import {
  AS_OF,
  type ModelWorld,
  openModelWorld,
  pipelineOf,
  promotion,
  retrain,
  rollback,
  waitStep,
} from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { watchedPipeline, writeTrainingData } from './watched-model.js';

let stack: TestStack;
let world: ModelWorld;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  await stack.startWorker();
  writeTrainingData(stack);
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

const person = { actor: 'user:ann', reason: 'a test asks', asOf: AS_OF };
const actions = async (model: string) =>
  (await stack.registry.ledger(model))
    .map(({ action }) => action)
    .filter((action) => action !== 'registered');

it.concurrent('asks a person where automation says so, and does what the person says', async () => {
  const train = pipelineOf(
    'asking',
    { nothing: '{uses: noop}' },
    'monitor: { time: hour, window: { every: 1d }, respond: { automation: train } }',
  );
  await newChampion(world, 'asking', train);
  const { version } = await world.register('asking', 'linear', train);
  const deploy = promotion(version, { kind: 'deploy', actor: 'run:retrain', comparedWith: 1 });
  await world.signal('asking', 'requestDeploy', deploy);
  await eventually(async () => {
    expect(await actions('asking')).toEqual(['promoted', 'approval-requested']);
  });
  const answer = { ...person, answer: 'approve', requestId: null, version };
  await world.update('asking', 'approve', answer);
  await eventually(async () => {
    expect((await stack.registry.champion('asking'))?.version).toBe(version);
  });
  await world.update('asking', 'approve', answer);
  await eventually(async () => {
    expect(await actions('asking')).toEqual([
      'promoted',
      'approval-requested',
      'approved',
      'promoted',
      'approval-refused',
    ]);
  });
  await expect(world.update('asking', 'approve', { ...answer, answer: 'maybe' })).rejects.toThrow();
});

it.concurrent('refuses what is of high risk, naming what the version lacks', async () => {
  await newChampion(world, 'risky');
  const { version } = await world.register('risky');
  const deploy = promotion(version, { kind: 'deploy', actor: 'run:retrain', risk: 'high' });
  await world.signal('risky', 'requestDeploy', { ...deploy, comparedWith: 1 });
  await eventually(async () => {
    const [refusal] = await world.ledger('risky', 'deploy-refused');
    expect(refusal?.evidence['guard']).toBe('risk');
    expect(refusal?.reason).toContain('a monitor block');
    expect(refusal?.reason).toContain('a fairness check');
  });
  expect((await stack.registry.champion('risky'))?.version).toBe(1);
});

it.concurrent('undoes a rollback of medium risk, and cancels a retraining', async () => {
  const endless = pipelineOf('undone', { wait: waitStep('/nowhere/go') });
  await newChampion(world, 'undone', endless);
  await newChampion(world, 'undone', endless);
  const asked = { actor: 'monitor', trigger: 'monitor', risk: 'medium' } as const;
  await world.signal('undone', 'rollback', rollback(asked));
  await eventually(async () => {
    expect((await world.state('undone')).undoable).toHaveLength(1);
  });
  await world.update('undone', 'undo', { ...person, requestId: 'undo-1' });
  await eventually(async () => {
    expect((await stack.registry.champion('undone'))?.version).toBe(2);
    expect((await world.state('undone')).change).toBeNull();
  });
  await world.signal('undone', 'retrain', retrain({ ...asked, requestId: 'endless' }));
  await eventually(async () => {
    const runId = (await world.state('undone')).retrain?.runId ?? '';
    expect((await stack.registry.step(runId, 'wait'))?.status).toBe('running');
  });
  await world.update('undone', 'undo', { ...person, requestId: 'undo-2' });
  await eventually(async () => {
    const [ended] = await world.ledger('undone', 'retrain-ended');
    expect(ended?.evidence['outcome']).toBe('undone');
  });
  expect((await world.state('undone')).ineffectiveRetrains).toBe(0);
});

it.concurrent('ends a pause by itself', async () => {
  await newChampion(world, 'resting');
  const until = new Date(Date.now() + 2_000).toISOString();
  await world.update('resting', 'pause', { ...person, until });
  await world.signal('resting', 'retrain', retrain({ trigger: 'monitor' }));
  await eventually(async () => {
    expect(await actions('resting')).toEqual(['promoted', 'paused', 'retrain-held', 'resumed']);
  });
  expect((await world.state('resting')).paused).toBeNull();
  await expect(
    world.update('resting', 'pause', { ...person, until: 'next week' }),
  ).rejects.toMatchObject({ cause: { message: expect.stringContaining('until') } });
});

it.concurrent('fills an input with the median of the training data until it recovers', async () => {
  const { status } = await stack.result(await stack.startRun(watchedPipeline('filled')));
  expect(status).toBe('completed');
  const repair: RepairRequest = {
    ...person,
    actor: 'monitor',
    kind: 'repair',
    repair: 'impute',
    change: 'begin',
    features: ['temperature', 'no-such-input'],
    window: { start: '2011-01-15T00:00:00Z', end: '2011-01-16T00:00:00Z' },
    requestId: 'monitor/filled/impute',
    evidence: {},
  };
  await world.signal('filled', 'repair', repair);
  await eventually(async () => {
    const [line] = await world.ledger('filled', 'response-held');
    expect(line?.reason).toContain('there is nothing to fill no-such-input with');
    expect(await stack.registry.repairs('filled')).toMatchObject([
      { kind: 'impute', feature: 'temperature', value: expect.any(Number) },
    ]);
  });
  const lift = { ...repair, change: 'lift', requestId: 'monitor/filled/lift' };
  await world.signal('filled', 'repair', lift);
  await world.signal('filled', 'repair', { ...lift, requestId: 'again', reason: 7 });
  await eventually(async () => expect(await stack.registry.repairs('filled')).toEqual([]));
  expect((await actions('filled')).slice(-2)).toEqual(['response-held', 'repair-lifted']);
});

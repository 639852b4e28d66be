import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkflowId, SEARCH_ATTRIBUTES, TASK_QUEUE, WORKFLOW } from '../../contracts/index.js';
import { emptyState } from '../../monitoring/policy/index.js';
import { eventually } from '../support/eventually.js';
import {
  type ModelWorld,
  openModelWorld,
  pipelineOf,
  promotion,
  retrain,
  waitStep,
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

/** A pipeline that waits until the test lets it go. */
const gateOf = (model: string) => join(stack.directory, `go-${model}`);
const waiting = (model: string) => pipelineOf(model, { wait: waitStep(gateOf(model)) });
const letGo = (model: string) => writeFileSync(gateOf(model), '');

it.concurrent('coalesces what is asked while one is in flight; its end closes it', async () => {
  await champion('busy', waiting('busy'));
  const [first, second] = [retrain(), retrain()];
  await world.signal('busy', 'retrain', first);
  await world.signal('busy', 'retrain', second);
  await eventually(async () => {
    expect((await world.state('busy')).counts).toMatchObject({ coalesced: 1 });
    expect((await world.state('busy')).retrain?.runId).toEqual(expect.any(String));
  });
  letGo('busy');
  await eventually(async () => {
    expect(await world.story('busy')).toEqual(
      expect.arrayContaining(['retrain-started 1→1', 'retrain-held 1→1', 'retrain-ended 1→1']),
    );
    expect((await world.state('busy')).retrain).toBeNull();
  });
  const [ended] = await world.ledger('busy', 'retrain-ended');
  expect(ended?.evidence).toMatchObject({
    requestId: first.requestId,
    outcome: 'not-promoted',
  });
  expect(await stack.registry.runs({ model: 'busy' })).toHaveLength(1);
});

it.concurrent('says why it could not start', async () => {
  await world.signal('unborn', 'retrain', retrain());
  await eventually(async () => {
    expect(await world.story('unborn')).toEqual(['retrain-ended none→none']);
  });
  const [ended] = await world.ledger('unborn', 'retrain-ended');
  expect(ended?.reason).toContain('has no champion whose pipeline could run again');
  expect((await world.state('unborn')).retrain).toBeNull();
});

it.concurrent('finds out about a run that was terminated and never told', async () => {
  const { version } = await world.register('silent', 'linear', waiting('silent'));
  await world.signal('silent', 'requestDeploy', promotion(version), { retrainCheckMs: 300 });
  await eventually(async () => {
    expect((await world.state('silent')).champion?.version).toBe(version);
  });
  await world.signal('silent', 'retrain', retrain());
  const step = async () => {
    const runId = (await world.state('silent')).retrain?.runId ?? '';
    return { runId, status: (await stack.registry.step(runId, 'wait'))?.status };
  };
  await eventually(async () => expect((await step()).status).toBe('running'));
  const { runId } = await step();
  await stack.temporal.client.workflow
    .getHandle(runWorkflowId('silent', runId))
    .terminate('a test ends it');
  await eventually(async () => {
    const [ended] = await world.ledger('silent', 'retrain-ended');
    expect(ended?.evidence).toMatchObject({ runId, outcome: 'failed' });
  });
  expect((await world.state('silent')).retrain).toBeNull();
});

it.concurrent('finds out about a run that ended before it could record itself', async () => {
  const runId = 'never-opened';
  const child = await stack.temporal.client.workflow.start(WORKFLOW.runPipeline, {
    workflowId: runWorkflowId('unopened', runId),
    taskQueue: 'nobody-listens',
    args: [{}],
    searchAttributes: { [SEARCH_ATTRIBUTES.runId]: [runId] },
  });
  const state = {
    ...emptyState('unopened'),
    retrain: { request: retrain(), runId, promoted: null },
  };
  await stack.temporal.client.workflow.start(WORKFLOW.manageModel, {
    workflowId: 'model/unopened',
    taskQueue: TASK_QUEUE.control,
    args: [{ model: 'unopened', state, retrainCheckMs: 200 }],
  });
  expect((await world.state('unopened')).retrain).not.toBeNull();
  await child.terminate();
  await eventually(async () => {
    expect(await world.story('unopened')).toEqual(['retrain-ended none→none']);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type RequestRetrainInput,
  type RetrainAnswer,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import {
  type ModelWorld,
  noopPipeline,
  openModelWorld,
  pipelineOf,
  promotion,
  waitStep,
} from '../support/model-world.js';
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

/** What a schedule of this pipeline starts at one nominal time. */
async function fire(model: string, yaml: string, nominalTime = '03:00'): Promise<WorkflowHandle> {
  const { plan, planHash, baseDirectory } = await world.register(model, 'linear', yaml);
  const input: RequestRetrainInput = {
    model,
    pipeline: model,
    plan,
    planHash,
    baseDirectory,
    actor: `schedule:${model}`,
    reason: 'its weekly run',
  };
  return stack.temporal.client.workflow.start(WORKFLOW.requestRetrain, {
    workflowId: `schedule/${model}/${nominalTime}`,
    taskQueue: TASK_QUEUE.control,
    args: [input],
  });
}

const answerOf = (handle: WorkflowHandle): Promise<RetrainAnswer> => handle.result();

it.concurrent('starts the first run of a model that has no champion yet', async () => {
  const answer = await answerOf(await fire('newborn', noopPipeline('newborn')));
  expect(answer).toMatchObject({
    requestId: 'schedule/newborn/03:00',
    outcome: 'not-promoted',
    runId: expect.any(String),
  });
  const run = await stack.registry.run(answer.runId ?? '');
  expect(run).toMatchObject({
    status: 'completed',
    trigger: { kind: 'retrain', actor: 'schedule:newborn', reason: 'its weekly run' },
  });
});

it.concurrent('says that the run promoted a version', async () => {
  const deploys = pipelineOf('improving', { deploy: '{uses: deploy, with: {version: 1}}' });
  const handle = await fire('improving', deploys);
  expect(await answerOf(handle)).toMatchObject({
    outcome: 'promoted',
    detail: 'version 1 was promoted',
  });
  expect(await world.story('improving')).toEqual(
    expect.arrayContaining(['promoted none→1', 'retrain-ended 1→1']),
  );
});

it.concurrent('lives until the outcome, and a second one is told at once that it is coalesced', async () => {
  const gate = join(stack.directory, 'go');
  const slow = pipelineOf('slow', { wait: waitStep(gate) });
  const first = await fire('slow', slow);
  await eventually(async () => {
    expect((await world.state('slow')).retrain?.runId).toEqual(expect.any(String));
  });
  const second = await answerOf(await fire('slow', slow, '04:00'));
  const running = (await world.state('slow')).retrain?.runId;
  expect(second).toMatchObject({ outcome: 'coalesced', runId: running });
  expect((await first.describe()).status.name).toBe('RUNNING');
  writeFileSync(gate, '');
  expect(await answerOf(first)).toMatchObject({ outcome: 'not-promoted', runId: running });
});

it.concurrent('tells that a guard holds it back', async () => {
  const { version } = await world.register('held');
  await world.update('held', 'promote', promotion(version));
  await world.update('held', 'pause', { actor: 'ann', reason: 'a fair', asOf: '2011-07-01' });
  const answer = await answerOf(await fire('held', noopPipeline('held')));
  expect(answer).toMatchObject({ outcome: 'refused', runId: null });
  expect(answer.detail).toContain('paused by ann');
});

it.concurrent('tells that the run failed', async () => {
  const fails = pipelineOf('failing', { fails: '{run: [sh, -c, "exit 65"]}' });
  expect(await answerOf(await fire('failing', fails))).toMatchObject({ outcome: 'failed' });
});

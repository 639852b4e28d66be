import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  COLLECT_WORKFLOW_ID,
  MESSAGE,
  type RunPipelineInput,
  runWorkflowId,
  sharedStepWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** A run that is paused and goes on, a step that two runs need at once, and a collection. */
export async function recordControl(stack: TestStack): Promise<void> {
  const idOf = ({ pipeline, runId }: RunPipelineInput) => runWorkflowId(pipeline, runId);
  const signal = (run: RunPipelineInput, name: string) =>
    stack.temporal.client.workflow
      .getHandle(idOf(run))
      .signal(name, { actor: 'user:ada', reason: 'a test' });
  const wait = (file: string) =>
    `run: [sh, -c, "until [ -e '${join(stack.directory, file)}' ]; do sleep 0.05; done; echo {} > outputs.json"]`;
  const pipeline = (name: string, first: string) =>
    `apiVersion: millrace/v1\nname: ${name}\nsteps:\n  first: {${first}}\n  then: {uses: noop, needs: [first]}\n`;
  const isRunning = ({ runId }: RunPipelineInput) =>
    eventually(async () =>
      expect((await stack.registry.step(runId, 'first'))?.status).toBe('running'),
    );

  const paused = await stack.startRun(pipeline('paused', wait('go-paused')));
  await isRunning(paused);
  await signal(paused, MESSAGE.pauseRun);
  writeFileSync(join(stack.directory, 'go-paused'), '');
  await eventually(async () =>
    expect((await stack.registry.step(paused.runId, 'first'))?.status).toBe('completed'),
  );
  await signal(paused, MESSAGE.resumeRun);
  await stack.result(paused);
  await keepHistory(stack, 'run-pipeline.paused', idOf(paused));

  const shared = pipeline('shared', `${wait('go-shared')}, cache: {scope: shared}`);
  const one = await stack.startRun(shared);
  await isRunning(one);
  const other = await stack.startRun(shared);
  await eventually(async () => expect(await stack.registry.run(other.runId)).not.toBeNull());
  writeFileSync(join(stack.directory, 'go-shared'), '');
  await Promise.all([stack.result(one), stack.result(other)]);
  await keepHistory(stack, 'run-pipeline.shared-done', idOf(one));
  await keepHistory(stack, 'run-pipeline.shared-found', idOf(other));
  const { cacheKey } = (await stack.registry.step(one.runId, 'first')) ?? {};
  await keepHistory(stack, 'share-step.done', sharedStepWorkflowId(cacheKey ?? ''));

  await stack.temporal.client.workflow.execute(WORKFLOW.collectGarbage, {
    workflowId: COLLECT_WORKFLOW_ID,
    taskQueue: TASK_QUEUE.control,
    args: [{ keepMs: 86_400_000, dryRun: true }],
  });
  await keepHistory(stack, 'collect-garbage.dry-run', COLLECT_WORKFLOW_ID);
}

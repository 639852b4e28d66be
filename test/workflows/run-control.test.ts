import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  COLLECT_WORKFLOW_ID,
  type Collected,
  MESSAGE,
  type RunPipelineInput,
  runWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  writeFileSync(join(stack.directory, 'work.sh'), WORK);
  await stack.startWorker();
});
afterAll(() => stack?.close());

/** Notes that it began, and waits until the test lets it go. */
const WORK = `
echo began >> "$MILLRACE_BASE_DIRECTORY/began-$1"
until [ -e "$MILLRACE_BASE_DIRECTORY/go-$1" ]; do sleep 0.05; done
echo made > outputs/file.txt
echo '{"artifacts": {"file": "outputs/file.txt"}}' > outputs.json
`;

const pipeline = (name: string, more = '') =>
  `apiVersion: millrace/v1\nname: ${name}\nsteps:\n  work: {run: [sh, work.sh, ${name}]${more}}\n  then: {uses: noop, needs: [work]}\n`;

const go = (name: string) => writeFileSync(join(stack.directory, `go-${name}`), '');
const began = (name: string): number => {
  const file = join(stack.directory, `began-${name}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
};
const handleOf = ({ pipeline: name, runId }: RunPipelineInput) =>
  stack.temporal.client.workflow.getHandle(runWorkflowId(name, runId));
const stepNow = async ({ runId }: RunPipelineInput, step: string) =>
  (await stack.registry.step(runId, step))?.status ?? null;

it('a paused run ends what runs and starts nothing, until it is resumed; who and why is kept', async () => {
  const run = await stack.startRun(pipeline('paused'));
  await eventually(async () => expect(began('paused')).toBe(1));
  await handleOf(run).signal(MESSAGE.pauseRun, 'not a request');
  await handleOf(run).signal(MESSAGE.pauseRun, { actor: 'user:ada', reason: 'the disk is full' });
  await eventually(async () =>
    expect((await stack.registry.run(run.runId))?.pauses).toMatchObject([
      { actor: 'user:ada', reason: 'the disk is full', resumedAt: null },
    ]),
  );
  go('paused');
  await eventually(async () => expect(await stepNow(run, 'work')).toBe('completed'));
  expect(await stepNow(run, 'then')).toBeNull();
  await handleOf(run).signal(MESSAGE.resumeRun, { actor: 'user:bob', reason: 'there is room' });
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  expect((await stack.registry.run(run.runId))?.pauses).toMatchObject([{ resumedBy: 'user:bob' }]);
});

it('a shared step is done once; when the run that does it is cancelled, another does it', async () => {
  const shared = pipeline('shared', ', cache: {scope: shared}');
  const first = await stack.startRun(shared);
  await eventually(async () => expect(began('shared')).toBe(1));
  const second = await stack.startRun(shared);
  await eventually(async () => {
    const { events } = await handleOf(second).fetchHistory();
    const asked = events?.some((event) => event.externalWorkflowExecutionSignaledEventAttributes);
    expect(asked).toBe(true);
  });
  await handleOf(first).cancel();
  await eventually(async () => expect(began('shared')).toBe(2));
  const third = await stack.startRun(shared);
  await eventually(async () => expect(await stack.registry.run(third.runId)).not.toBeNull());
  go('shared');
  expect(await stack.result(first)).toMatchObject({ status: 'cancelled' });
  for (const run of [second, third]) {
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  }
  expect(began('shared')).toBe(2);
  expect((await stack.registry.step(third.runId, 'work'))?.reuse?.status).toBe('hit');
});

it('a collection leaves what a run under way needs, and takes what no run needs any more', async () => {
  const collect = (): Promise<Collected> =>
    stack.temporal.client.workflow.execute(WORKFLOW.collectGarbage, {
      workflowId: COLLECT_WORKFLOW_ID,
      taskQueue: TASK_QUEUE.control,
      args: [{ keepMs: 0, dryRun: false }],
    });
  const run = await stack.startRun(
    `apiVersion: millrace/v1\nname: kept\nsteps:\n  make: {run: [sh, -c, 'echo data > f; echo "{\\"artifacts\\": {\\"f\\": \\"f\\"}}" > outputs.json']}\n  work: {run: [sh, work.sh, kept], with: {f: "\${steps.make.f}"}}\n`,
  );
  await eventually(async () => expect(began('kept')).toBe(1));
  await collect();
  go('kept');
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  expect(await collect()).toMatchObject({ dryRun: false, freedBytes: expect.any(Number) });
  const rest = await collect();
  expect(rest.artifacts).toBe(0);
});

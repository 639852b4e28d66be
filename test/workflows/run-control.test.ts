import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  COLLECT_WORKFLOW_ID,
  type Collected,
  itemIndex,
  MESSAGE,
  type RunPipelineInput,
  runWorkflowId,
  TASK_QUEUE,
  tuneWorkflowId,
  WORKFLOW,
} from '../../contracts/index.js';
import { millrace } from '../cli/millrace.js';
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
echo '{"artifacts": {"file": "outputs/file.txt"}, "metrics": {"loss": 1}}' > outputs.json
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

const pause = { actor: 'user:ada', reason: 'the disk is full' };
const isPaused = async (runId: string) => {
  const last = (await stack.registry.run(runId))?.pauses?.at(-1);
  return last !== undefined && last.resumedAt === null;
};
const itemsBegun = async ({ runId }: RunPipelineInput) =>
  (await stack.registry.steps(runId)).filter(
    ({ stepId, status }) => itemIndex(stepId) !== null && status !== 'pending',
  ).length;

it('a pause reaches the items of a step and the pipeline that a step uses, and so does its end', async () => {
  writeFileSync(join(stack.directory, 'inner.yaml'), pipeline('inner'));
  const run = await stack.startRun(
    `apiVersion: millrace/v1\nname: wide\nsteps:\n  each: {run: [sh, work.sh, "wide-\${item}"], forEach: [1, 2], maxParallel: 1}\n  sub: {uses: pipeline, with: {file: inner.yaml}}\n`,
  );
  await eventually(async () => expect([began('wide-1'), began('inner')]).toEqual([1, 1]));
  const inner = (await stack.registry.runs({ limit: 50 })).find(
    ({ pipeline: name }) => name === 'inner',
  );
  if (inner === undefined) throw new Error('the inner run is not recorded');
  await handleOf(run).signal(MESSAGE.pauseRun, pause);
  await eventually(async () => expect(await isPaused(inner.runId)).toBe(true));
  for (const name of ['wide-1', 'wide-2', 'inner']) go(name);
  await eventually(async () => {
    expect(await stepNow(run, 'each[0]')).toBe('completed');
    expect((await stack.registry.step(inner.runId, 'work'))?.status).toBe('completed');
  });
  expect([began('wide-2'), await itemsBegun(run)]).toEqual([0, 1]);
  expect(await stack.registry.step(inner.runId, 'then')).toBeNull();
  await handleOf(run).signal(MESSAGE.resumeRun, pause);
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  expect(began('wide-2')).toBe(1);
  expect(await isPaused(inner.runId)).toBe(false);
});

it('a pause reaches the slices of a wide step; a run that is cancelled while it is paused ends', async () => {
  const list = Array.from({ length: 120 }, (_, index) => index).join(', ');
  const run = await stack.startRun(
    `apiVersion: millrace/v1\nname: deep\nsteps:\n  each: {run: [sh, work.sh, "deep-\${item}"], forEach: [${list}], maxParallel: 1}\n  after: {uses: noop, needs: [each], runIf: always}\n`,
  );
  await eventually(async () => expect(began('deep-0')).toBe(1));
  await handleOf(run).signal(MESSAGE.pauseRun, pause);
  await eventually(async () => expect(await isPaused(run.runId)).toBe(true));
  const slice = stack.temporal.client.workflow.getHandle(`${handleOf(run).workflowId}/each[0]`);
  await eventually(async () => {
    const { events } = await slice.fetchHistory();
    expect(events?.some((event) => event.workflowExecutionSignaledEventAttributes)).toBe(true);
  });
  for (const name of ['deep-0', 'deep-1']) go(name);
  await eventually(async () => expect(await stepNow(run, 'each[0]')).toBe('completed'));
  expect([began('deep-1'), await itemsBegun(run)]).toEqual([0, 1]);
  await handleOf(run).cancel();
  expect(await stack.result(run)).toMatchObject({ status: 'cancelled' });
  expect(began('deep-1')).toBe(0);
  expect(await stepNow(run, 'after')).toBe('completed');
});

it('a pipeline that a step uses is ended when its time in all is over, and is recorded', async () => {
  writeFileSync(join(stack.directory, 'slow.yaml'), pipeline('slow'));
  const run = await stack.startRun(
    'apiVersion: millrace/v1\nname: hurried\nsteps:\n  sub: {uses: pipeline, timeout: {total: 2s}, with: {file: slow.yaml}}\n',
  );
  const { status, detail } = await stack.result(run);
  expect([status, detail]).toEqual([
    'failed',
    expect.stringContaining('step sub: it took longer than its timeout in all'),
  ]);
  expect(await stepNow(run, 'sub')).toBe('failed');
  const runs = await stack.registry.runs({ limit: 50 });
  expect(runs.find(({ pipeline: name }) => name === 'slow')?.status).toBe('cancelled');
});

/** A search that is paused while its first trial works; what the search knows of it by now. */
async function pausedSearch(name: string) {
  const run = await stack.startRun(
    `apiVersion: millrace/v1\nname: ${name}\nsteps:\n  tune:\n    uses: tune\n    with:\n      step: {run: [sh, work.sh, "${name}-\${params.x}"]}\n      metric: loss\n      method: grid\n      space: {x: {int: [1, 3], step: 1}}\n`,
  );
  await eventually(async () => expect(began(`${name}-1`)).toBe(1));
  const trialIds = async () =>
    (await stack.registry.runs({ limit: 50 }))
      .filter(({ trigger }) => trigger.actor === `run:${run.runId}`)
      .map(({ runId }) => runId);
  await handleOf(run).signal(MESSAGE.pauseRun, pause);
  const [trial = ''] = await trialIds();
  await eventually(async () => expect(await isPaused(trial)).toBe(true));
  for (const number of [1, 2, 3]) go(`${name}-${number}`);
  await eventually(async () => expect((await stack.registry.run(trial))?.status).toBe('completed'));
  const search = stack.temporal.client.workflow.getHandle(tuneWorkflowId(run.runId, 'tune'));
  /** What the search asked for in the task that took the end of the trial. */
  const askedSince = async () => {
    const { events = [] } = await search.fetchHistory();
    const end = events?.findIndex((event) => event.childWorkflowExecutionCompletedEventAttributes);
    const since = events?.slice(end) ?? [];
    expect(end).toBeGreaterThan(0);
    expect(since.some((event) => event.workflowTaskCompletedEventAttributes)).toBe(true);
    return since.filter((event) => event.activityTaskScheduledEventAttributes).length;
  };
  await eventually(async () => expect(await askedSince()).toBe(0));
  expect(await trialIds()).toEqual([trial]);
  return { run, trial, trialIds };
}

it('a pause lets the trial of a search that runs end and begins no other, until it is resumed', async () => {
  const { run, trial, trialIds } = await pausedSearch('search');
  expect(began('search-2')).toBe(0);
  await handleOf(run).signal(MESSAGE.resumeRun, pause);
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  expect((await stack.registry.step(run.runId, 'tune'))?.outcome?.outputs.values).toMatchObject({
    trials: 3,
    stopped: 'space',
  });
  expect(await trialIds()).toHaveLength(3);
  expect([1, 2, 3].map((number) => began(`search-${number}`))).toEqual([1, 1, 1]);
  expect((await stack.registry.run(trial))?.pauses).toHaveLength(1);
});

it('a search that is cancelled while it is paused ends, and keeps what it tried', async () => {
  const { run, trialIds } = await pausedSearch('given-up');
  await handleOf(run).cancel();
  expect(await stack.result(run)).toMatchObject({ status: 'cancelled' });
  expect(await trialIds()).toHaveLength(1);
  expect(began('given-up-2')).toBe(0);
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

it('says so where garbage is being collected already', async () => {
  const underWay = await stack.temporal.client.workflow.start(WORKFLOW.collectGarbage, {
    workflowId: COLLECT_WORKFLOW_ID,
    taskQueue: 'of-nobody',
    args: [{ keepMs: 0, dryRun: true }],
  });
  const { code, stderr } = await millrace(['gc'], {
    cwd: stack.directory,
    env: { TEMPORAL_ADDRESS: stack.server.address, MILLRACE_HOME: stack.home.root },
  });
  await underWay.terminate();
  expect([code, stderr]).toEqual([69, expect.stringContaining('is being collected already')]);
});

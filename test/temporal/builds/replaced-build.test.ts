import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkBuilds } from '../../../cli/doctor/builds.js';
import { awaitedWorkers } from '../../../cli/runs/awaited-workers.js';
import {
  GUARD_WORKFLOW_ID,
  groupWorkflowId,
  MESSAGE,
  modelWorkflowId,
  modelWorkflowStart,
  type RunPipelineInput,
  runWorkflowId,
  WORKFLOW,
} from '../../../contracts/index.js';
import { eventually } from '../../support/eventually.js';
import { installOtherBuild, withOtherRuns, withoutEffect } from '../../support/other-build.js';
import { startTestStack, type TestProcess, type TestStack } from '../../support/test-stack.js';

const VERSIONED = { MILLRACE_WORKER_VERSIONING: '1' };
const QUEUE = 'elsewhere';

let stack: TestStack;
/** The worker of this checkout, and what is called its build below. */
let first: TestProcess;
let elsewhere: TestProcess;
let second: TestProcess;
let third: TestProcess;
/** A run that was begun by the second build. */
let young: RunPipelineInput;
beforeAll(async () => {
  stack = await startTestStack();
  writeFileSync(file('wait.sh'), WAIT);
  [first, elsewhere] = await Promise.all([
    stack.startWorker(VERSIONED),
    stack.startWorker({ MILLRACE_WORKER_QUEUES: QUEUE }),
  ]);
});
afterAll(() => stack?.close());

/** A step that waits until the test lets it go, on another queue between two on the usual one. */
const pipeline = (name: string) => `
apiVersion: millrace/v1
name: ${name}
concurrency: {group: builds, limit: 9}
steps:
  before: {run: [sh, -c, 'echo "{}" > outputs.json']}
  waits: {needs: [before], queue: ${QUEUE}, run: [sh, wait.sh, ${name}]}
  after: {needs: [waits], run: [sh, -c, 'echo "{}" > outputs.json']}
`;
const WAIT = `
echo began > "$MILLRACE_BASE_DIRECTORY/began-$1"
until [ -e "$MILLRACE_BASE_DIRECTORY/go-$1" ]; do sleep 0.05; done
echo "{}" > outputs.json
`;
const file = (name: string) => join(stack.directory, name);
const go = (name: string) => writeFileSync(file(`go-${name}`), '');
const handle = (workflowId: string) => stack.temporal.client.workflow.getHandle(workflowId);
const idOf = ({ pipeline: name, runId }: RunPipelineInput) => runWorkflowId(name, runId);

async function startWaiting(name: string): Promise<RunPipelineInput> {
  const run = await stack.startRun(pipeline(name));
  await eventually(async () => expect(existsSync(file(`began-${name}`))).toBe(true));
  return run;
}

/** The build that the server has for a workflow, and whether it keeps to it. */
async function buildOf(workflowId: string) {
  const { versioningInfo } = (await handle(workflowId).describe()).raw.workflowExecutionInfo ?? {};
  const moved = versioningInfo?.versioningOverride?.pinned?.version;
  const pinned = versioningInfo?.behavior === 1;
  return { build: (moved ?? versioningInfo?.deploymentVersion)?.buildId, pinned };
}

/** Which processes did a run's steps, by the queue of each. */
async function workersOf(workflowId: string): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const { events } = await handle(workflowId).fetchHistory();
  const workers = new Map<string, Set<number>>();
  for (const event of events ?? []) {
    const started = event.activityTaskStartedEventAttributes;
    if (!started) continue;
    const scheduled = events?.find(({ eventId }) => eventId?.eq(started.scheduledEventId ?? 0));
    const queue = scheduled?.activityTaskScheduledEventAttributes?.taskQueue?.name ?? '';
    const pid = Number.parseInt(started.identity ?? '', 10);
    workers.set(queue, (workers.get(queue) ?? new Set()).add(pid));
  }
  return workers;
}

const envOfServer = () => ({ ...process.env, TEMPORAL_ADDRESS: stack.server.address });
/** What `show` says of the workers that a run waits for. */
const awaited = async (run: RunPipelineInput) => {
  const record = { workflowId: idOf(run), status: 'running' } as const;
  const waits = await awaitedWorkers({ env: envOfServer() }, stack.home, record);
  return waits.map((wait) => wait.for);
};
const doctor = () =>
  checkBuilds({
    env: envOfServer(),
    home: stack.home,
    homeFound: true,
  });

it('a run ends with the build and at the queues it began with; new runs and what lives on take the new build', async () => {
  const old = await startWaiting('old');
  const { client } = stack.temporal;
  await client.workflow.start(WORKFLOW.manageModel, modelWorkflowStart('bikes'));
  await eventually(async () =>
    expect((await buildOf(modelWorkflowId('bikes'))).build).toBe(first.ready.buildId),
  );
  second = await stack.startWorker(VERSIONED, installOtherBuild(file('second'), withOtherRuns));
  expect(second.ready.buildId).not.toBe(first.ready.buildId);

  young = await startWaiting('young');
  expect(await buildOf(idOf(young))).toEqual({ build: second.ready.buildId, pinned: true });
  go('old');
  expect(await stack.result(old)).toMatchObject({ status: 'completed' });
  expect(await buildOf(idOf(old))).toEqual({ build: first.ready.buildId, pinned: true });
  const workers = await workersOf(idOf(old));
  expect(workers.get(QUEUE)).toEqual(new Set([elsewhere.child.pid]));
  expect(workers.get('millrace-control')).toEqual(new Set([first.child.pid]));

  // The old run has given its place back, so the group has had something to do.
  await handle(modelWorkflowId('bikes')).signal(MESSAGE.pause, { actor: 'user:ada', reason: 'x' });
  await handle(GUARD_WORKFLOW_ID).signal(MESSAGE.checkNow);
  for (const id of [modelWorkflowId('bikes'), GUARD_WORKFLOW_ID, groupWorkflowId('builds')]) {
    await eventually(async () =>
      expect(await buildOf(id)).toEqual({ build: second.ready.buildId, pinned: false }),
    );
  }
});

it('a run whose build has no worker goes on with one that it replays with, and is named until then', async () => {
  // The first build is of before, but the only one that is left: it takes new runs again.
  await second.end('SIGKILL');
  await first.end();
  first = await stack.startWorker(VERSIONED);
  await eventually(async () => expect(first.log()).toMatch(/waits for a worker of its build/));
  expect(await doctor()).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining(
      `${second.ready.buildId}, for which these wait: ${idOf(young)}`,
    ),
  });

  expect(await awaited(young)).toEqual([
    `a worker of its build ${second.ready.buildId}, of which there is none`,
  ]);

  // The next one can, and does.
  third = await stack.startWorker(
    VERSIONED,
    installOtherBuild(file('third'), (code) => withoutEffect(withOtherRuns(code))),
  );
  await eventually(async () =>
    expect(await buildOf(idOf(young))).toEqual({ build: third.ready.buildId, pinned: true }),
  );
  go('young');
  expect(await stack.result(young)).toMatchObject({ status: 'completed' });
  expect(await doctor()).toMatchObject({ status: 'ok' });
  expect(await awaited(young)).toEqual([]);
});

it('nobody is left behind where workers have no builds again', async () => {
  const last = await startWaiting('last');
  await Promise.all([first.end(), third.end('SIGKILL')]);
  go('last');
  await eventually(async () => expect(await awaited(last)).toContain('a worker: none runs'));
  await stack.startWorker({}, installOtherBuild(file('fourth'), withOtherRuns));
  expect(await stack.result(last)).toMatchObject({ status: 'completed' });
  const next = await stack.startRun(pipeline('next'));
  go('next');
  expect(await stack.result(next)).toMatchObject({ status: 'completed' });
});

it('a step whose queue has no worker is told of', async () => {
  await elsewhere.end();
  const run = await stack.startRun(pipeline('unserved'));
  await eventually(async () =>
    expect(await awaited(run)).toEqual([`a worker of queue ${QUEUE}, of which there is none`]),
  );
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunPipelineInput, runWorkflowId } from '../../contracts/index.js';
import { livingMembers, processIdentity } from '../../processes/process-identity.js';
import { eventually } from '../support/eventually.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
let restarted: TestServer | null = null;
beforeEach(async () => {
  stack = await startTestStack();
  writeFileSync(join(stack.directory, 'work.sh'), WORK);
});
afterEach(async () => {
  await stack.close();
  await restarted?.close();
  restarted = null;
});

/** Notes its start and its process, then waits until the test lets it go. */
const WORK = `
cd "$MILLRACE_BASE_DIRECTORY"
sleep 1000 &
echo "$1 $$" >> starts
until [ -e go ]; do sleep 0.05; done
cd - > /dev/null
echo '{"values": {"done": true}}' > outputs.json
`;

const PIPELINE = `
apiVersion: millrace/v1
name: killed
steps:
  before: { run: [sh, -c, "echo once >> $MILLRACE_BASE_DIRECTORY/effects; echo {} > outputs.json"] }
  work: { run: [sh, work.sh, work], needs: [before] }
  after: { uses: noop, with: { done: "\${steps.work.done}" } }
`;

function linesOf(name: string): readonly string[] {
  const file = join(stack.directory, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** Process ids of the attempts at `work`, once there are so many. */
async function starts(count: number): Promise<readonly number[]> {
  await eventually(async () => expect(linesOf('starts').length).toBeGreaterThanOrEqual(count));
  return linesOf('starts').map((line) => Number(line.split(' ')[1]));
}

async function expectCompleted(run: RunPipelineInput, attempts: readonly number[]): Promise<void> {
  await eventually(async () => {
    expect(await stack.result(run)).toEqual({
      runId: run.runId,
      status: 'completed',
      detail: null,
    });
  });
  const steps = await stack.registry.steps(run.runId);
  expect(steps.map(({ stepId, status }) => [stepId, status])).toEqual([
    ['before', 'completed'],
    ['work', 'completed'],
    ['after', 'completed'],
  ]);
  expect(attempts).toContain(steps.find(({ stepId }) => stepId === 'work')?.attempts);
  expect(linesOf('effects')).toEqual(['once']);
}

it('makes a step again whose worker was killed, after its processes are gone', async () => {
  const worker = await stack.startWorker();
  const run = await stack.startRun(PIPELINE);
  const [first = 0] = await starts(1);
  expect((await livingMembers(first)).length).toBeGreaterThan(1);
  await worker.end('SIGKILL');
  await eventually(async () => expect(await livingMembers(first)).toEqual([]));

  await stack.startWorker();
  const [, second = 0] = await starts(2);
  expect(await processIdentity(second)).not.toBeNull();
  writeFileSync(join(stack.directory, 'go'), '');
  await expectCompleted(run, [2]);
  expect(linesOf('starts')).toHaveLength(2);
  await eventually(async () => expect(await livingMembers(second)).toEqual([]));

  // It was the missing heartbeat that told of the death, not the step's own time limit.
  const handle = stack.temporal.client.workflow.getHandle(runWorkflowId('killed', run.runId));
  const { events } = await handle.fetchHistory();
  const again = (events ?? []).find(
    ({ activityTaskStartedEventAttributes: started }) => started?.attempt === 2,
  )?.activityTaskStartedEventAttributes;
  expect(again?.lastFailure?.message).toBe('activity Heartbeat timeout');
});

it('completes a run in the middle of which the server was killed', async () => {
  await stack.startWorker();
  const run = await stack.startRun(PIPELINE);
  const [first = 0] = await starts(1);
  process.kill(stack.server.pid, 'SIGKILL');
  await stack.server.ended;
  // The step does not notice: it needs the server only to report.
  expect(await processIdentity(first)).not.toBeNull();
  restarted = await startTestServer({
    databaseFile: join(stack.server.directory, 'temporal.db'),
    port: Number(stack.server.address.split(':')[1]),
  });
  writeFileSync(join(stack.directory, 'go'), '');
  // On a machine under load the heartbeats may have been missed for too long: one more attempt.
  await expectCompleted(run, [1, 2]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RunPipelineInput,
  type RunPipelineResult,
  type ScheduledStart,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import {
  type ModelWorld,
  noopPipeline,
  openModelWorld,
  pipelineOf,
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
  await world?.close();
  await stack?.close();
});

/** What a schedule starts for one nominal time, as the server would name it. */
async function fire(
  name: string,
  nominal: string,
  schedule: ScheduledStart,
  yaml = noopPipeline(name),
): Promise<RunPipelineResult> {
  const { plan, planHash, baseDirectory } = await world.register(name, 'linear', yaml);
  const input: RunPipelineInput = {
    runId: '',
    asOf: '',
    pipeline: name,
    model: null,
    plan,
    planHash,
    params: {},
    baseDirectory,
    trigger: { kind: 'schedule', actor: `schedule:${name}`, reason: 'a test' },
    gateOverrides: {},
    schedule,
  };
  return stack.temporal.client.workflow.execute(WORKFLOW.runPipeline, {
    workflowId: `pipeline/${name}/scheduled-${nominal}`,
    taskQueue: TASK_QUEUE.control,
    args: [input],
  });
}

const newYork = { timezone: 'America/New_York' };
const runsOf = (pipeline: string) => stack.registry.runs({ pipeline });

describe('a nominal local time runs once', () => {
  it('its second copy, when the clocks were put back, records no run', async () => {
    const first = await fire('twice', '2026-11-01T05:30:00Z', newYork);
    expect(first).toMatchObject({ status: 'completed', detail: null });
    const second = await fire('twice', '2026-11-01T06:30:00Z', newYork);
    expect(second).toEqual({
      runId: '',
      status: 'completed',
      detail: 'this local time ran before, as pipeline/twice/scheduled-2026-11-01T05:30:00Z',
    });
    expect((await runsOf('twice')).map(({ runId }) => runId)).toEqual([first.runId]);
  });

  it('the second copy runs where the first was not started', async () => {
    const only = await fire('paused-before', '2026-11-01T06:30:00Z', newYork);
    expect(only.detail).toBeNull();
    expect(await runsOf('paused-before')).toHaveLength(1);
  });

  it('an interval has no local time: every one of its times runs', async () => {
    await fire('interval', '2026-11-01T05:30:00Z', {});
    await fire('interval', '2026-11-01T06:30:00Z', {});
    expect(await runsOf('interval')).toHaveLength(2);
  });
});

it('a run is of the time it was due, so that a backfilled one is of its own day', async () => {
  await fire('of-its-day', '2026-03-05T02:00:00Z', {});
  expect((await runsOf('of-its-day')).map(({ asOf }) => asOf)).toEqual(['2026-03-05T02:00:00Z']);
});

describe('pauseOnFailure', () => {
  const fails = pipelineOf('ends-badly', { fails: '{run: [sh, -c, "exit 65"]}' });

  it('a failed run fails its workflow, after it was recorded', async () => {
    const failed = fire('ends-badly', '2026-03-05T02:00:00Z', { pauseOnFailure: true }, fails);
    await expect(failed).rejects.toMatchObject({
      cause: { type: 'StepProcessFailed', message: expect.stringContaining('step fails') },
    });
    await eventually(async () => {
      expect((await runsOf('ends-badly')).map(({ status }) => status)).toEqual(['failed']);
    });
  });

  it('without it a failed run is a result', async () => {
    const result = await fire('ends-badly', '2026-03-06T02:00:00Z', {}, fails);
    expect(result.status).toBe('failed');
  });
});

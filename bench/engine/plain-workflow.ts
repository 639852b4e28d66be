import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type * as activities from './plain-activities.js';
import { PLAIN_QUEUE } from './plain-queues.js';

const { handOn } = proxyActivities<typeof activities>({
  taskQueue: PLAIN_QUEUE.steps,
  startToCloseTimeout: '10m',
});

/** The same chain as somebody would write it by hand: one activity after the other. */
export async function plainChain(steps: number, salt: string): Promise<string> {
  let value = salt;
  for (let step = 0; step < steps; step += 1) {
    ({ value } = await handOn({ value }));
  }
  return value;
}

const CHUNK = 400;
const LANES = 4;
const WIDTH = 50;

/** A fan-out as somebody would write it by hand: children of so many items, a window in each. */
export async function plainFanOut(items: number, salt: string): Promise<number> {
  const { workflowId } = workflowInfo();
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < items) {
      const from = next;
      next = Math.min(items, from + CHUNK);
      const count = await executeChild(plainChunk, {
        workflowId: `${workflowId}/${from}`,
        args: [from, next, salt],
      });
      done += count;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

export async function plainChunk(from: number, to: number, salt: string): Promise<number> {
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < to) {
      next += 1;
      await handOn({ value: salt });
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return to - from;
}

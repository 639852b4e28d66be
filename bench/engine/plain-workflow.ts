import { proxyActivities } from '@temporalio/workflow';
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

import * as z from 'zod';
import { DEFAULT_PRIORITY_KEY, ON_FULL, type PrioritySpec } from '../../contracts/index.js';
import { closed, HINT_MARK } from './closed.js';
import { describe, text } from './scalars.js';

export const concurrencySchema = closed(
  {
    group: text('the name of a group')
      .min(1)
      .max(200)
      .optional()
      .describe('Runs of one group share its places; may read params. Default: the pipeline.'),
    limit: z.int().min(1).max(10_000).optional().describe('Places of the group. Default 1.'),
    onFull: z
      .enum(ON_FULL)
      .optional()
      .describe('What a run does that finds it full. Default wait.'),
  },
  {
    timeout: 'a run waits for its place as long as it takes; onFull: skip does not wait at all',
    queue: 'a task queue is chosen by each step: queue: gpu',
    maxParallel: 'items of one step are bounded in that step; of runs it is limit:',
  },
);

const level = z.int().min(1).max(5);

export const prioritySchema = z
  .union(
    [
      level,
      closed({
        priorityKey: level.optional().describe('From 1, the most urgent, to 5. Default 3.'),
        fairnessKey: text('a name')
          .min(1)
          .max(64)
          .optional()
          .describe('Work of different keys takes turns on a queue.'),
        fairnessWeight: z
          .number()
          .min(0.001)
          .max(1_000)
          .optional()
          .describe("Turns of this key against another's. Default 1."),
      }),
    ],
    {
      error: ({ input }) =>
        `expected a priority, found ${describe(input)}${HINT_MARK}from 1, the most urgent, to 5; or {priorityKey, fairnessKey}`,
    },
  )
  .describe('Who goes first where there is not room for all.');

export function buildPriority(given: z.infer<typeof prioritySchema>): PrioritySpec {
  if (typeof given === 'number') return { priorityKey: given };
  const { priorityKey = DEFAULT_PRIORITY_KEY, fairnessKey, fairnessWeight } = given;
  return {
    priorityKey,
    ...(fairnessKey !== undefined && { fairnessKey }),
    ...(fairnessWeight !== undefined && { fairnessWeight }),
  };
}

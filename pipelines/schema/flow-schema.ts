import * as z from 'zod';
import { parseDurationMs, RUN_CONDITIONS } from '../../contracts/index.js';
import { closed, HINT_MARK } from './closed.js';
import { describe, duration } from './scalars.js';

const EXPRESSION_PATTERN = /^\s*\$\{[\s\S]*\}\s*$/;

/** A list that is written out, or an expression that gives one. */
function listOrExpression(what: string) {
  const wrong = ({ input }: { readonly input?: unknown }): string =>
    `${what} is a list or an expression that gives one, this is ${describe(input)}${HINT_MARK}[a, b], or \${steps.list.files}`;
  return z.union(
    [
      z
        .array(z.unknown())
        .min(1, { error: `${what} is an empty list${HINT_MARK}write at least one item` }),
      z.string({ error: wrong }).regex(EXPRESSION_PATTERN, { error: wrong }),
    ],
    { error: wrong },
  );
}

const combination = z.record(z.string(), z.unknown(), {
  error: ({ input }) =>
    `expected a combination of values, found ${describe(input)}${HINT_MARK}{depth: 8}`,
});

export const matrixSchema = z
  .object({
    include: z
      .array(combination)
      .min(1)
      .optional()
      .describe('Values added to the combinations they agree with, or combinations of their own.'),
    exclude: z
      .array(combination)
      .min(1)
      .optional()
      .describe('Combinations with all of these values are left out.'),
  })
  .catchall(listOrExpression('an axis'));

const attempt = duration({ minMs: 1_000 });

/** Time for one attempt, or for one attempt and for all of them. */
export const timeoutSchema = z.union(
  [
    attempt,
    closed({
      attempt: attempt.optional().describe('Time for one attempt.'),
      total: attempt.optional().describe('Time for all attempts and the waits between them.'),
    }).superRefine((given, context) => {
      const [one, all] = [parseDurationMs(given.attempt ?? ''), parseDurationMs(given.total ?? '')];
      if (one === null || all === null || one <= all) return;
      const message = `the time for all attempts, ${given.total}, is shorter than that for one, ${given.attempt}`;
      const hint = `make it at least ${given.attempt}`;
      context.addIssue({
        code: 'custom',
        path: ['total'],
        message: `${message}${HINT_MARK}${hint}`,
      });
    }),
  ],
  {
    error: ({ input }) =>
      `expected a duration, found ${describe(input)}${HINT_MARK}30m, or {attempt: 30m, total: 2h}`,
  },
);

/** How often a step runs, when, and what its failure means. */
export const flowFields = {
  matrix: matrixSchema
    .optional()
    .describe('The step runs once for each combination of the values: `matrix.<axis>`.'),
  forEach: listOrExpression('forEach')
    .optional()
    .describe('The step runs once for each item of the list: `item`.'),
  maxParallel: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Items under way at a time. Default: as many as the engine takes.'),
  failFast: z
    .boolean()
    .optional()
    .describe('Whether the first item that fails ends the others. Default true.'),
  runIf: z
    .enum(RUN_CONDITIONS)
    .optional()
    .describe('How the steps that it needs must have ended. Default allSucceeded.'),
  continueOnError: z
    .boolean()
    .optional()
    .describe('Whether the run goes on as if the step had not failed. Default false.'),
};

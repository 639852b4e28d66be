import * as z from 'zod';
import { FAILURE_TYPES, ON_TIMEOUT, parseDurationMs, STEP_KINDS } from '../../contracts/index.js';
import { nearest } from '../nearest.js';
import { cacheSchema, envSchema } from './cache-schema.js';
import { closed, HINT_MARK } from './closed.js';
import { prioritySchema } from './concurrency-schema.js';
import { flowFields, timeoutSchema } from './flow-schema.js';
import { resourcesSchema } from './resources-schema.js';
import { describe, duration, text } from './scalars.js';

export const BUILT_IN_KINDS = STEP_KINDS.filter((kind) => kind !== 'run');

/** Kinds of later versions of the language. */
const LATER_KINDS: readonly string[] = ['backfill', 'explain', 'wait', 'http', 'sql'];

export const retrySchema = closed({
  maxAttempts: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Attempts in all. Default 3.'),
  initialInterval: duration({ minMs: 1 })
    .optional()
    .describe('Wait before the second attempt. Default 1s.'),
  backoff: z.number().min(1).max(100).optional().describe('Factor between waits. Default 2.'),
  maxInterval: duration({ minMs: 1 }).optional().describe('Longest wait. Default 1m.'),
  nonRetryable: z
    .array(z.enum(FAILURE_TYPES))
    .optional()
    .describe('Failure types that end the step at once, besides those that always do.'),
  retryOn: z
    .array(z.enum(FAILURE_TYPES))
    .min(1)
    .optional()
    .describe('Only failures of these types are tried again. Default: all that may help.'),
}).superRefine(({ initialInterval, maxInterval }, context) => {
  if (initialInterval === undefined || maxInterval === undefined) return;
  const [first, longest] = [parseDurationMs(initialInterval), parseDurationMs(maxInterval)];
  if (first === null || longest === null || first <= longest) return;
  const message = `the longest wait, ${maxInterval}, is shorter than the first, ${initialInterval}`;
  const hint = `make it at least ${initialInterval}`;
  context.addIssue({
    code: 'custom',
    path: ['maxInterval'],
    message: `${message}${HINT_MARK}${hint}`,
  });
});

export const defaultsSchema = closed(
  {
    retry: retrySchema.optional(),
    timeout: timeoutSchema.optional().describe('Time for one attempt. Default 1h.'),
  },
  ['env', 'queue', 'container', 'resources'],
);

const kind = z
  .enum(BUILT_IN_KINDS, {
    error: ({ input }) => {
      if (typeof input !== 'string') return `expected a kind of step, found ${describe(input)}`;
      if (LATER_KINDS.includes(input)) {
        return `uses: ${input} is not yet supported by this version of millrace${HINT_MARK}a run: step can do it`;
      }
      const near = nearest(input, BUILT_IN_KINDS);
      const hint =
        near === null
          ? `one of ${BUILT_IN_KINDS.join(', ')}; run: for a command`
          : `did you mean ${near}?`;
      return `unknown kind of step ${input}${HINT_MARK}${hint}`;
    },
  })
  .describe('Kind of a built-in step.');

const command = z
  .union([z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)], {
    error: ({ input }) =>
      Array.isArray(input)
        ? `a command is a non-empty list of text${HINT_MARK}[python, train.py, --trees, "200"]`
        : `expected a command, found ${describe(input)}${HINT_MARK}text, or a list of arguments`,
  })
  .describe('A command: a list of arguments, or text that is split without a shell.');

export const stepSchema = closed(
  {
    extends: z
      .union([z.string(), z.array(z.string()).min(1)], {
        error: ({ input }) => `expected the name of a template, found ${describe(input)}`,
      })
      .optional()
      .describe('Templates that this step is laid over; its own keys stand before theirs.'),
    uses: kind.optional(),
    run: command.optional(),
    shell: z.boolean().optional().describe('Only with run: give the text to a shell as it is.'),
    with: z
      .record(z.string(), z.unknown(), {
        error: ({ input }) => `expected a mapping of inputs, found ${describe(input)}`,
      })
      .optional()
      .describe('Inputs of the step.'),
    needs: z
      .union([z.string(), z.array(z.string())], {
        error: ({ input }) => `expected a list of step names, found ${describe(input)}`,
      })
      .optional()
      .describe('Steps that must have ended before; those that expressions read are added.'),
    if: z
      .union([z.string(), z.boolean()], {
        error: ({ input }) => `expected an expression, found ${describe(input)}`,
      })
      .optional()
      .describe('CEL over params, run and steps; the step is skipped when it is false.'),
    gate: text('an expression')
      .optional()
      .describe(
        'Only on evaluate. CEL over metrics, champion and params; false ends the run as rejected.',
      ),
    retry: retrySchema.optional(),
    ...flowFields,
    timeout: timeoutSchema
      .optional()
      .describe('Time for one attempt; of an approval the time until its deadline.'),
    onTimeout: z
      .enum(ON_TIMEOUT)
      .optional()
      .describe('Only on approve: what becomes of it at the deadline. Default reject.'),
    queue: text('a task queue')
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, {
        error: `not a task queue${HINT_MARK}letters, digits, dots, hyphens and underscores`,
      })
      .optional()
      .describe('Temporal task queue whose workers take this step.'),
    priority: prioritySchema.optional(),
    resources: resourcesSchema
      .optional()
      .describe('What its process may use; only of run, train, impute, encode, select.'),
    cache: cacheSchema.optional(),
    code: z
      .union([text('a path'), z.array(text('a path')).min(1).max(100)], {
        error: ({ input }) =>
          `expected paths, found ${describe(input)}${HINT_MARK}code: [steps/train.py, "lib/**/*.py"]`,
      })
      .optional()
      .describe(
        'Files that its behaviour rests on, * and ** allowed. Default: those beside what it runs.',
      ),
    env: envSchema
      .optional()
      .describe(
        "Only with run: variables of its process; without a value the worker's own counts.",
      ),
  },
  [
    'outputs',
    'when',
    'onFailure',
    'finally',
    'container',
    'image',
    'concurrency',
    'workdir',
    'name',
  ],
);

export type StepSource = z.infer<typeof stepSchema>;
export type RetrySource = z.infer<typeof retrySchema>;

import * as z from 'zod';
import {
  FAILURE_TYPES,
  NON_RETRYABLE_FAILURE_TYPES,
  ON_TIMEOUT,
  parseDurationMs,
  STEP_KINDS,
} from '../../contracts/index.js';
import { nearest } from '../nearest.js';
import { cacheSchema, envSchema } from './cache-schema.js';
import { closed, type Elsewhere, HINT_MARK } from './closed.js';
import { prioritySchema } from './concurrency-schema.js';
import { flowFields, timeoutSchema } from './flow-schema.js';
import { resourcesSchema } from './resources-schema.js';
import { runnerSchema } from './runner-schema.js';
import { describe, duration, text } from './scalars.js';

export const BUILT_IN_KINDS = STEP_KINDS.filter((kind) => kind !== 'run');

/** Kinds that people look for, and what does it here. */
const OTHER_KINDS: Elsewhere = {
  backfill: 'millrace schedule backfill runs what a schedule would have run',
  explain: 'millrace explain says why a model answers as it does',
  wait: 'schedule: says when a run starts; approve waits for a person, timeout: for so long',
  http: 'a run: step can ask a server: run: [curl, …]',
  sql: 'transform runs a query over what earlier steps made',
};

/** Types whose failures may be tried again. */
const RETRYABLE = FAILURE_TYPES.filter(
  (type) => type !== 'Unanswered' && !NON_RETRYABLE_FAILURE_TYPES.includes(type),
);

const retryableType = z.enum(RETRYABLE, {
  error: ({ input }) => {
    const all = `one of ${RETRYABLE.join(', ')}`;
    if (typeof input !== 'string') {
      return `expected a failure type, found ${describe(input)}${HINT_MARK}${all}`;
    }
    if ((FAILURE_TYPES as readonly string[]).includes(input)) {
      return `a failure of type ${input} is never tried again: it would fail alike${HINT_MARK}${all}`;
    }
    const near = nearest(input, RETRYABLE);
    return `there is no failure type ${input}${HINT_MARK}${near === null ? all : `did you mean ${near}?`}`;
  },
});

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
    .array(retryableType)
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

const IN_TEMPLATES = 'each step says its own, or takes it from a template by extends: common';

export const defaultsSchema = closed(
  {
    retry: retrySchema.optional(),
    timeout: timeoutSchema.optional().describe('Time for one attempt. Default 1h.'),
  },
  {
    env: IN_TEMPLATES,
    queue: IN_TEMPLATES,
    runner: IN_TEMPLATES,
    resources: IN_TEMPLATES,
    cache: IN_TEMPLATES,
  },
);

const kind = z
  .enum(BUILT_IN_KINDS, {
    error: ({ input }) => {
      if (typeof input !== 'string') return `expected a kind of step, found ${describe(input)}`;
      const near = nearest(input, BUILT_IN_KINDS);
      const listed =
        near === null
          ? `one of ${BUILT_IN_KINDS.join(', ')}; run: for a command`
          : `did you mean ${near}?`;
      const hint = Object.hasOwn(OTHER_KINDS, input) ? OTHER_KINDS[input] : listed;
      return `unknown kind of step ${input}${HINT_MARK}${hint}`;
    },
  })
  .describe('Kind of a built-in step.');

const command = z
  .union(
    [
      z.string(),
      z
        .array(z.union([z.string(), z.number(), z.boolean()]))
        .min(1, { error: `the command is empty${HINT_MARK}write the program and its arguments` }),
    ],
    {
      error: ({ input }) =>
        Array.isArray(input)
          ? `a command is a non-empty list of text${HINT_MARK}[python, train.py, --trees, "200"]`
          : `expected a command, found ${describe(input)}${HINT_MARK}text, or a list of arguments`,
    },
  )
  .describe('A command: a list of arguments, or text that is split without a shell.');

const AFTER_THE_RUN =
  'it stands at the top, beside steps:, and follows the whole run; what follows this step alone is a step that needs it, with runIf: allDone or always';
const IN_A_RUNNER = 'write it as runner: {docker: {image: …}}';

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
    runner: runnerSchema.optional(),
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
  {
    container: IN_A_RUNNER,
    image: IN_A_RUNNER,
    docker: IN_A_RUNNER,
    kubernetes: IN_A_RUNNER,
    outputs: 'a step hands on what it writes; outputs: stands at the top of a file',
    when: 'write it as if: and an expression',
    onSuccess: AFTER_THE_RUN,
    onFailure: AFTER_THE_RUN,
    finally: AFTER_THE_RUN,
    concurrency: 'it stands at the top, for whole runs; maxParallel bounds the items of one step',
    schedule: 'it stands at the top, for the whole pipeline',
    model: 'it stands at the top: all steps of a pipeline work for one model',
    params: 'they stand at the top; what a step is given is with:',
    command: 'write it as run:',
    dependsOn: 'write it as needs:',
    retries: 'write it as retry: {maxAttempts: 3}',
    workdir: 'each attempt has a directory of its own; MILLRACE_BASE_DIRECTORY is that of the file',
    name: 'the key of the step is its name',
  },
);

export type StepSource = z.infer<typeof stepSchema>;
export type RetrySource = z.infer<typeof retrySchema>;

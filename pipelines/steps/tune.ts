import * as z from 'zod';
import { TUNING_METHODS, type TuneInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { duration, text } from '../schema/scalars.js';
import { trialStepSchema } from '../schema/trial-step-schema.js';
import { choice, integer, real } from './fields.js';
import type { Written } from './open-value.js';
import { spaceSchema } from './search-space.js';

const halving = closed({
  rungs: z
    .array(z.number().int().min(0))
    .min(1)
    .max(20)
    .refine((rungs) => rungs.every((at, index) => index === 0 || at > (rungs[index - 1] ?? 0)), {
      error: `the rungs do not ascend${HINT_MARK}rungs: [1, 3, 9]`,
    })
    .describe('Steps at which trials are compared, ascending.'),
  factor: z
    .number()
    .int()
    .min(2)
    .max(100)
    .optional()
    .describe('One of so many goes on. Default 3.'),
  asynchronous: z
    .boolean()
    .optional()
    .describe(
      'Compared at once with those that came before, not with those beside. Default false.',
    ),
  metric: text('the name of a metric').min(1).optional().describe('Default the metric above.'),
});

const stop = closed({
  target: real(-Number.MAX_VALUE, Number.MAX_VALUE).optional().describe('Good enough.'),
  plateau: integer(1, 10_000).optional().describe('Trials in a row without a better score.'),
  minDelta: real(0, Number.MAX_VALUE)
    .optional()
    .describe('Less than this is no better. Default 0.'),
  after: duration({ minMs: 1_000 }).optional().describe('No trial is begun later.'),
}).refine((rules) => rules.minDelta === undefined || rules.plateau !== undefined, {
  path: ['minDelta'],
  error: `minDelta is of a plateau${HINT_MARK}plateau: 10`,
});

export const tuneSchema = closed(
  {
    file: text('the path of a pipeline file')
      .min(1)
      .max(1_000)
      .optional()
      .describe('The pipeline that every trial runs, relative to this file.'),
    step: trialStepSchema.optional().describe('The step that every trial does, in place of file.'),
    params: z
      .record(z.string(), z.json())
      .optional()
      .describe('Parameters of the file that are the same in every trial.'),
    space: spaceSchema.describe('Parameter → values that are tried.'),
    metric: text('the name of an output')
      .min(1)
      .describe('The score: output of the pipeline, metric or output of the step.'),
    goal: choice(['minimise', 'maximise']).optional().describe('Default minimise.'),
    method: choice(TUNING_METHODS).optional().describe('Default tpe.'),
    trials: integer(1, 2_000).optional().describe('At most. Default 20, of grid all.'),
    maxParallel: integer(1, 100)
      .optional()
      .describe('Trials at a time. Default 1, of halving that is not asynchronous its factor.'),
    seed: integer(0, 4_294_967_295).optional().describe('Default 42.'),
    halving: halving.optional().describe('Ends trials that are behind others.'),
    maxFailures: integer(0, 10_000)
      .optional()
      .describe('More failed trials end the search. Default any number, but the first five.'),
    stop: stop.optional().describe('What ends the search before its last trial.'),
  },
  {
    steps: 'a trial of many steps is a file: file: trial.yaml',
    objective: 'metric: names the score, goal: minimise or maximise',
    direction: 'goal: minimise or maximise',
    sampler: 'method: tpe, random or grid',
    pruner: 'halving: {rungs: [1, 3, 9]}',
    asha: 'halving: {rungs: [1, 3, 9], asynchronous: true}',
    parallel: 'maxParallel: 4',
    timeout: 'stop: {after: 2h}',
  },
).superRefine(({ file, step, params, halving: rule, maxParallel }, context) => {
  const refuse = (path: readonly string[], message: string, code = 'misplaced') =>
    context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
  if (file === undefined && step === undefined) {
    const hint = 'file: trial.yaml, or step: {run: [python, train.py, "${params.depth}"]}';
    refuse([], `a search says what it tries: a file or a step${HINT_MARK}${hint}`, 'missing-key');
  } else if (file !== undefined && step !== undefined) {
    refuse(['step'], `a trial is a file or a step, never both${HINT_MARK}keep one of them`);
  }
  if (step !== undefined && params !== undefined) {
    refuse(['params'], `params are of a file${HINT_MARK}write the values into the step`);
  }
  if (rule !== undefined && rule.asynchronous !== true && maxParallel === 1) {
    const hint = 'at least 2, or asynchronous: true';
    refuse(
      ['maxParallel'],
      `halving compares trials that run side by side${HINT_MARK}${hint}`,
      'out-of-range',
    );
  }
}) satisfies z.ZodType<Written<Omit<TuneInputs, 'step'>>>;

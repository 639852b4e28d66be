import * as z from 'zod';
import {
  orderOfSpace,
  type SearchSpace,
  type SpaceDimension,
  TUNING_METHODS,
  type TuneInputs,
} from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { duration, text } from '../schema/scalars.js';
import { choice, integer, real } from './fields.js';
import type { Written } from './open-value.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const dimension = closed({
  int: z.tuple([z.number().int(), z.number().int()]).optional().describe('Lowest and highest.'),
  float: z.tuple([z.number(), z.number()]).optional().describe('Lowest and highest.'),
  choice: z.array(scalar).min(1).max(1_000).optional().describe('Any of these.'),
  log: z.boolean().optional().describe('Tried evenly over orders of magnitude.'),
  points: z.number().int().min(2).max(1_000).optional().describe('Of a grid. Default 5.'),
  when: z
    .record(z.string(), scalar)
    .optional()
    .describe('Counts only where another parameter has this value.'),
}).superRefine((value, context) => {
  const complain = (path: readonly string[], message: string, code = 'bad-value') =>
    context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
  const kinds = (['int', 'float', 'choice'] as const).filter((kind) => value[kind] !== undefined);
  if (kinds.length !== 1) {
    complain([], `a parameter has one of int, float and choice${HINT_MARK}depth: {int: [2, 10]}`);
    return;
  }
  const [kind = 'int'] = kinds;
  const range = value.int ?? value.float;
  if (range === undefined) {
    if (value.log !== undefined) complain(['log'], `log is of a range${HINT_MARK}remove it`);
    return;
  }
  const [low, high] = range;
  if (low >= high) {
    const hint = `${kind}: [${Math.min(low, high)}, ${Math.max(low, high) + (low === high ? 1 : 0)}]`;
    complain(
      [kind],
      `the lowest, ${low}, is not below the highest, ${high}${HINT_MARK}${hint}`,
      'out-of-range',
    );
  } else if (value.log === true && low <= 0) {
    complain(
      [kind],
      `log needs a lowest value above 0${HINT_MARK}for example 0.001`,
      'out-of-range',
    );
  }
});

export const tuneSchema = closed(
  {
    file: text('the path of a pipeline file')
      .min(1)
      .max(1_000)
      .describe('The pipeline that every trial runs, relative to this file.'),
    params: z
      .record(z.string(), z.json())
      .optional()
      .describe('Parameters that are the same in every trial.'),
    space: z
      .record(z.string(), dimension)
      .refine((space) => Object.keys(space).length > 0, {
        error: `nothing is searched${HINT_MARK}space: {depth: {int: [2, 10]}}`,
      })
      .describe('Parameter of the pipeline → values that are tried.'),
    metric: text('the name of an output').min(1).describe('Output of the pipeline: the score.'),
    goal: choice(['minimise', 'maximise']).optional().describe('Default minimise.'),
    method: choice(TUNING_METHODS).optional().describe('Default tpe.'),
    trials: integer(1, 10_000).optional().describe('At most. Default 20, of grid all.'),
    parallel: integer(1, 100).optional().describe('Trials at a time. Default 1.'),
    seed: integer(0, 4_294_967_295).optional().describe('Default 42.'),
    stop: closed({
      target: real(-Number.MAX_VALUE, Number.MAX_VALUE).optional(),
      plateau: integer(1, 10_000).optional().describe('Trials without a better score.'),
      after: duration({ minMs: 1_000 }).optional().describe('No trial is begun later.'),
    })
      .optional()
      .describe('What ends the search before its last trial.'),
  },
  ['step', 'steps', 'objective', 'sampler', 'halving', 'pruner', 'direction'],
).superRefine(({ space }, context) => {
  const dimensions = (space ?? {}) as SearchSpace;
  const complain = (path: readonly string[], message: string) =>
    context.addIssue({ code: 'custom', path: ['space', ...path], message });
  const ordered = orderOfSpace(dimensions);
  for (const [name, { when = {} }] of Object.entries(dimensions)) {
    const problems = Object.entries(when).flatMap(([other, wanted]) => {
      const problem = conditionProblem(dimensions[other], other, wanted);
      return problem === null ? [] : [{ other, problem }];
    });
    for (const { other, problem } of problems) complain([name, 'when', other], problem);
    if (problems.length === 0 && !ordered.includes(name)) {
      complain([name, 'when'], `the conditions go round in a circle${HINT_MARK}take one away`);
    }
  }
}) satisfies z.ZodType<Written<TuneInputs>>;

function conditionProblem(
  other: SpaceDimension | undefined,
  name: string,
  wanted: string | number | boolean,
): string | null {
  if (other === undefined) {
    return `${name} is not searched${HINT_MARK}a condition names another parameter of the space`;
  }
  if (other.choice === undefined) {
    return `${name} is a range${HINT_MARK}a condition names a parameter with a choice`;
  }
  if (other.choice.includes(wanted)) return null;
  return `${name} is never ${wanted}${HINT_MARK}one of ${other.choice.join(', ')}`;
}

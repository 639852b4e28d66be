import * as z from 'zod';
import {
  type ChoiceValue,
  orderOfSpace,
  type SearchSpace,
  type SpaceDimension,
} from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const range = z.tuple([z.number(), z.number()]);

const dimension = closed({
  int: z.tuple([z.number().int(), z.number().int()]).optional().describe('Lowest and highest.'),
  float: range.optional().describe('Lowest and highest.'),
  choice: z.array(scalar).max(1_000).optional().describe('Any of these.'),
  log: z.boolean().optional().describe('Tried evenly over orders of magnitude.'),
  step: z.number().optional().describe('Only the lowest and what lies whole steps above it.'),
  points: z.number().int().min(2).max(1_000).optional().describe('Of a grid. Default 5.'),
  when: z
    .record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
    .optional()
    .describe('Counts only where another parameter has this value, or one of these.'),
}).superRefine((value, context) => {
  for (const { path, message, code } of problemsOf(value as SpaceDimension)) {
    context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
  }
});

/** What a search tries: parameter → values. */
export const spaceSchema = z
  .record(z.string(), dimension)
  .refine((space) => Object.keys(space).length > 0, {
    error: `nothing is searched${HINT_MARK}space: {depth: {int: [2, 10]}}`,
  })
  .superRefine((given, context) => {
    const space = given as SearchSpace;
    const ordered = new Set(orderOfSpace(space));
    for (const [name, { when = {} }] of Object.entries(space)) {
      const problems = Object.entries(when).flatMap(([other, wanted]) => {
        const problem = conditionProblem(space[other], other, wanted);
        return problem === null ? [] : [{ other, problem }];
      });
      for (const { other, problem } of problems) {
        context.addIssue({ code: 'custom', path: [name, 'when', other], message: problem });
      }
      if (problems.length > 0 || ordered.has(name)) continue;
      const message = `the conditions go round in a circle${HINT_MARK}take one away`;
      const params = { code: 'cycle' };
      context.addIssue({ code: 'custom', path: [name, 'when'], message, params });
    }
  });

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
  readonly code: 'bad-value' | 'out-of-range' | 'misplaced';
}

function problemsOf(value: SpaceDimension): readonly Problem[] {
  const kinds = (['int', 'float', 'choice'] as const).filter((kind) => value[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const message = `a parameter has one of int, float and choice${HINT_MARK}depth: {int: [2, 10]}`;
    return [{ path: [], message, code: 'bad-value' }];
  }
  if (kind === 'choice') return choiceProblems(value);
  const [low, high] = value[kind] ?? [0, 1];
  if (low >= high) {
    const hint = `${kind}: [${Math.min(low, high)}, ${Math.max(low, high) + (low === high ? 1 : 0)}]`;
    const message = `the lowest, ${low}, is not below the highest, ${high}${HINT_MARK}${hint}`;
    return [{ path: [kind], message, code: 'out-of-range' }];
  }
  if (value.log === true && low <= 0) {
    const message = `log needs a lowest value above 0${HINT_MARK}for example 0.001`;
    return [{ path: [kind], message, code: 'out-of-range' }];
  }
  return value.step === undefined ? [] : stepProblems(value, kind, high - low, value.step);
}

function choiceProblems({ choice = [], ...value }: SpaceDimension): readonly Problem[] {
  const problems: Problem[] = [];
  for (const key of ['log', 'step', 'points'] as const) {
    if (value[key] === undefined) continue;
    const message = `${key} is of a range${HINT_MARK}remove it`;
    problems.push({ path: [key], message, code: 'misplaced' });
  }
  const twice = choice.find((item, index) => choice.indexOf(item) !== index);
  if (choice.length === 0) {
    const message = `there is nothing to choose from${HINT_MARK}choice: [a, b]`;
    problems.push({ path: ['choice'], message, code: 'out-of-range' });
  } else if (twice !== undefined) {
    const message = `${twice} stands twice${HINT_MARK}write it once`;
    problems.push({ path: ['choice'], message, code: 'bad-value' });
  }
  return problems;
}

function stepProblems(
  { log, points }: SpaceDimension,
  kind: 'int' | 'float',
  width: number,
  step: number,
): readonly Problem[] {
  const refuse = (message: string, code: Problem['code'] = 'out-of-range'): readonly Problem[] => {
    return [{ path: ['step'], message, code }];
  };
  if (log === true)
    return refuse(`step and log exclude each other${HINT_MARK}keep one`, 'misplaced');
  if (points !== undefined) {
    return refuse(`a step says already which points there are${HINT_MARK}keep one`, 'misplaced');
  }
  if (step <= 0) return refuse(`the step must be more than 0${HINT_MARK}for example ${width / 4}`);
  if (kind === 'int' && !Number.isInteger(step)) {
    return refuse(`the step of whole numbers is one${HINT_MARK}or make it a float`, 'bad-value');
  }
  if (step > width) return refuse(`the step, ${step}, is wider than the range, ${width}`);
  const most = 1_000_000;
  return width / step > most ? refuse(`there are more than ${most} steps in the range`) : [];
}

function conditionProblem(
  other: SpaceDimension | undefined,
  name: string,
  wanted: ChoiceValue | readonly ChoiceValue[],
): string | null {
  if (other === undefined) {
    return `${name} is not searched${HINT_MARK}a condition names another parameter of the space`;
  }
  if (other.choice === undefined) {
    return `${name} is a range${HINT_MARK}a condition names a parameter with a choice`;
  }
  const never = [wanted].flat().find((value) => other.choice?.includes(value) === false);
  if (never === undefined) return null;
  return `${name} is never ${never}${HINT_MARK}one of ${other.choice.join(', ')}`;
}

import {
  expandMatrix,
  type FanOutSpec,
  type JsonObject,
  type JsonValue,
  MAX_MATRIX_ITEMS,
  type MatrixSpec,
  matrixSize,
  type StepKind,
  type Template,
} from '../../contracts/index.js';
import type { RootTypes, Shape } from '../expressions/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { suggestion } from '../nearest.js';
import { OpenValue } from '../steps/index.js';
import { type CompileContext, entriesOf, isRawObject, type RawObject } from './context.js';
import { checkTemplate, type StepUse } from './expressions.js';

export interface CheckedFanOut {
  readonly fanOut: FanOutSpec | null;
  /** What the step's own expressions may read: `matrix` or `item` besides. */
  readonly roots: RootTypes;
}

/** Waits for people or changes the one thing that is in production: done once or not at all. */
const ONCE: readonly StepKind[] = ['deploy', 'approve'];

const AXIS_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Checks `matrix` and `forEach` with what belongs to them. */
export function checkFanOut(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): CheckedFanOut {
  const { matrix, forEach } = step;
  const misplaced = (key: string, message: string, hint: string): void => {
    context.report({ path: [...base, key], at: 'key', code: 'misplaced', message, hint });
  };
  if (matrix === undefined && forEach === undefined) {
    for (const key of ['maxParallel', 'failFast']) {
      if (step[key] === undefined) continue;
      misplaced(key, `${key}: belongs to a step with matrix or forEach`, 'remove it');
    }
    return { fanOut: null, roots };
  }
  if (matrix !== undefined && forEach !== undefined) {
    misplaced('forEach', 'a step has matrix or forEach, never both', 'make the list an axis');
  }
  if (kind !== null && ONCE.includes(kind)) {
    const key = matrix === undefined ? 'forEach' : 'matrix';
    misplaced(key, `${kind} is done once in a run`, 'let the steps before it be many');
  }
  const { maxParallel, failFast } = step;
  const control = {
    ...(typeof maxParallel === 'number' && { maxParallel }),
    ...(failFast === false && { failFast: false as const }),
  };
  if (isRawObject(matrix)) {
    const spec = checkMatrix(matrix, [...base, 'matrix'], roots, context, uses);
    return {
      fanOut: { matrix: spec, ...control },
      roots: { ...roots, matrix: matrixShape(matrix) },
    };
  }
  const items = checkForEach(forEach, [...base, 'forEach'], roots, context, uses);
  return { fanOut: { forEach: items, ...control }, roots: { ...roots, item: 'any' } };
}

function checkForEach(
  forEach: JsonValue | undefined,
  path: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): Template {
  const {
    template,
    value,
    uses: read,
  } = checkTemplate(forEach ?? null, path, roots, context.report);
  uses.push(...read);
  refuseNonList('forEach', value, path, context.report);
  return template;
}

/** An artifact may be a list too: JSON, or a line for each item. */
const LISTS = ['any', 'artifact'];

function refuseNonList(
  what: string,
  value: unknown,
  path: DocumentPath,
  report: (finding: Finding) => void,
): void {
  if (!(value instanceof OpenValue) || LISTS.includes(value.type)) return;
  report({
    path,
    at: 'value',
    code: 'type-mismatch',
    message: `${what} needs a list, this expression gives ${value.type}`,
    hint: 'let it be a list that an earlier step hands on, or write one out',
  });
}

function checkMatrix(
  matrix: RawObject,
  path: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): MatrixSpec {
  const { include, exclude, ...raw } = matrix;
  const axes: Record<string, Template> = {};
  const literal: Record<string, readonly JsonValue[]> = {};
  for (const [name, values] of Object.entries(raw)) {
    const at = [...path, name];
    if (!AXIS_NAME.test(name)) {
      const hint = 'letters, digits and underscores: learning_rate';
      const message = `${name} is not the name of an axis`;
      context.report({ path: at, at: 'key', code: 'bad-name', message, hint });
    }
    const checked = checkTemplate(values, at, roots, context.report);
    uses.push(...checked.uses);
    refuseNonList(`axis ${name}`, checked.value, at, context.report);
    axes[name] = checked.template;
    if (checked.uses.length === 0 && Array.isArray(values)) literal[name] = values;
  }
  if (Object.keys(raw).length === 0 && !Array.isArray(include)) {
    const hint = 'give it an axis: {depth: [4, 8]}';
    context.report({
      path,
      at: 'value',
      code: 'missing-key',
      message: 'the matrix is empty',
      hint,
    });
  }
  checkExcluded(exclude, Object.keys(raw), [...path, 'exclude'], context.report);
  const combinations = (key: 'include' | 'exclude', given: JsonValue | undefined) => {
    if (!Array.isArray(given)) return {};
    const checked = checkTemplate(given, [...path, key], roots, context.report);
    uses.push(...checked.uses);
    return { [key]: checked.template as readonly Template[] };
  };
  checkSize(literal, matrix, path, context.report);
  return { axes, ...combinations('include', include), ...combinations('exclude', exclude) };
}

function checkExcluded(
  exclude: JsonValue | undefined,
  axes: readonly string[],
  path: DocumentPath,
  report: (finding: Finding) => void,
): void {
  if (!Array.isArray(exclude)) return;
  exclude.forEach((values: JsonValue, index) => {
    for (const [name] of entriesOf(values)) {
      if (axes.includes(name)) continue;
      report({
        path: [...path, index, name],
        at: 'key',
        code: 'unknown-name',
        message: `the matrix has no axis ${name}`,
        hint: suggestion(name, axes),
      });
    }
  });
}

/** What is written out has a bound, and leaves something to run. */
function checkSize(
  axes: { readonly [name: string]: readonly JsonValue[] },
  { include, exclude, ...raw }: RawObject,
  path: DocumentPath,
  report: (finding: Finding) => void,
): void {
  const size = matrixSize({ axes });
  if (size > MAX_MATRIX_ITEMS) {
    report({
      path,
      at: 'value',
      code: 'too-large',
      message: `the matrix has ${size} combinations, more than ${MAX_MATRIX_ITEMS}`,
      hint: 'take values away, or let a step choose the combinations and use forEach',
    });
    return;
  }
  if (Object.keys(axes).length !== Object.keys(raw).length || !Array.isArray(exclude)) return;
  const kept = expandMatrix({ axes, include: objects(include), exclude: objects(exclude) });
  if (kept.length > 0) return;
  const message = 'every combination of the matrix is excluded';
  const hint = 'take an exclusion away';
  report({ path: [...path, 'exclude'], at: 'value', code: 'out-of-range', message, hint });
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isRawObject) : [];
}

/** `matrix.<axis>`, and the keys that `include` adds. */
function matrixShape({ include, exclude: _, ...axes }: RawObject): Shape {
  const added = objects(include).flatMap((values) => Object.keys(values));
  const names = [...Object.keys(axes), ...added];
  return { fields: Object.fromEntries(names.map((name) => [name, 'any' as const])) };
}

/** What `steps.<id>` of a fanned-out step holds: lists of what one item hands on. */
export function collectedShape(item: Shape): Shape {
  if (typeof item === 'string') return 'any';
  const names = Object.keys(item.fields).filter((name) => name !== 'metrics');
  return {
    fields: {
      ...Object.fromEntries(names.map((name) => [name, 'any' as const])),
      metrics: { fields: {}, others: 'any' },
    },
    item,
    ...(item.others !== undefined && { others: 'any' as const }),
  };
}

import {
  canonicalJson,
  expandMatrix,
  type JsonObject,
  type JsonValue,
  MAX_MATRIX_ITEMS,
  type MatrixSpec,
  matrixSize,
  matrixValues,
  matrixWork,
  type Template,
} from '../../contracts/index.js';
import type { RootTypes, Shape } from '../expressions/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { suggestion } from '../nearest.js';
import { OpenValue } from '../steps/index.js';
import { type CompileContext, entriesOf, type RawObject } from './context.js';
import { checkTemplate, type StepUse } from './expressions.js';
import {
  isList,
  isWrittenOut,
  MAX_WRITTEN_VALUES,
  objectsOf,
  writtenMatrix,
} from './known-items.js';
import { readNames } from './read-names.js';

type Report = (finding: Finding) => void;

const AXIS_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Comparisons of combinations with the entries of `include` and `exclude`, of all of a file. */
const MAX_WORK = 100_000;

/** @param step - that it belongs to: which axes its expressions read */
export function checkMatrix(
  matrix: RawObject,
  step: RawObject,
  path: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): MatrixSpec {
  const { include, exclude, ...raw } = matrix;
  const { report } = context;
  const axes: Record<string, Template> = {};
  for (const [name, values] of Object.entries(raw)) {
    const at = [...path, name];
    if (!AXIS_NAME.test(name)) {
      const hint = 'letters, digits and underscores: learning_rate';
      const message = `${name} is not the name of an axis`;
      report({ path: at, at: 'key', code: 'bad-name', message, hint });
    }
    const checked = checkTemplate(values, at, roots, report);
    uses.push(...checked.uses);
    refuseNonList(`axis ${name}`, checked.value, at, report);
    refuseTwice(name, values, at, report);
    axes[name] = checked.template;
  }
  if (Object.keys(raw).length === 0 && !isList(include)) {
    const hint = 'give it an axis: {depth: [4, 8]}';
    const message = 'the matrix is empty';
    report({ path, at: 'value', code: 'missing-key', message, hint });
  }
  checkExcluded(exclude, raw, [...path, 'exclude'], report);
  const combinations = (key: 'include' | 'exclude', given: JsonValue | undefined) => {
    if (!isList(given)) return {};
    const checked = checkTemplate(given, [...path, key], roots, report);
    uses.push(...checked.uses);
    return { [key]: checked.template as readonly Template[] };
  };
  if (fits(raw, matrix, path, context)) checkExpanded(matrix, step, path, report);
  return { axes, ...combinations('include', include), ...combinations('exclude', exclude) };
}

/** An artifact may be a list too: JSON, or a line for each item. */
const LISTS = ['any', 'artifact'];

export function refuseNonList(
  what: string,
  value: unknown,
  path: DocumentPath,
  report: Report,
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

/** Items of the same values are one item done twice, and no selector tells them apart. */
function refuseTwice(name: string, values: JsonValue, path: DocumentPath, report: Report): void {
  if (!isList(values)) return;
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (!isWrittenOut(value)) return;
    const text = canonicalJson(value);
    if (seen.has(text)) {
      const message = `axis ${name} has the value ${short(text)} twice`;
      const hint = 'keep one of them';
      report({ path: [...path, index], at: 'value', code: 'bad-value', message, hint });
    }
    seen.add(text);
  });
}

/** An exclusion that leaves nothing out is a slip: an axis, or a value of one, that is not there. */
function checkExcluded(
  exclude: JsonValue | undefined,
  axes: RawObject,
  path: DocumentPath,
  report: Report,
): void {
  if (!isList(exclude)) return;
  const texts = new Map<string, ReadonlySet<string>>();
  const textsOf = (axis: string, values: readonly JsonValue[]) => {
    const known = texts.get(axis) ?? new Set(values.map(canonicalJson));
    texts.set(axis, known);
    return known;
  };
  exclude.forEach((values: JsonValue, index) => {
    for (const [name, value] of entriesOf(values)) {
      const at = [...path, index, name];
      if (!Object.hasOwn(axes, name)) {
        const hint = suggestion(name, Object.keys(axes));
        const message = `the matrix has no axis ${name}`;
        report({ path: at, at: 'key', code: 'unknown-name', message, hint });
        continue;
      }
      const list = axes[name];
      if (!isList(list) || !isWrittenOut(list) || !isWrittenOut(value)) continue;
      const text = canonicalJson(value);
      const known = textsOf(name, list);
      if (known.has(text)) continue;
      report({
        path: at,
        at: 'value',
        code: 'bad-value',
        message: `nothing is excluded: axis ${name} has no value ${short(text)}`,
        hint: suggestion(text, [...known].map(short)),
      });
    }
  });
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/**
 * What is written out has a bound, of one matrix and of all those of the file.
 *
 * @returns whether its combinations are to be looked at, one by one
 */
function fits(
  raw: RawObject,
  matrix: RawObject,
  path: DocumentPath,
  { report, written }: CompileContext,
): boolean {
  const literal = Object.entries(raw).filter(([, values]) => isList(values));
  const axes = Object.fromEntries(
    literal.map(([name, values]) => [name, values as readonly JsonValue[]]),
  );
  const size = matrixSize({ axes });
  const tooLarge = (message: string, hint: string): false => {
    report({ path, at: 'value', code: 'too-large', message, hint });
    return false;
  };
  if (size > MAX_MATRIX_ITEMS) {
    return tooLarge(
      `the matrix has ${size} combinations, more than ${MAX_MATRIX_ITEMS}`,
      'take values away, or let a step choose the combinations and use forEach',
    );
  }
  const { include, exclude } = matrix;
  if (include === undefined && exclude === undefined) return false;
  const work = matrixWork({ axes, include: objectsOf(include), exclude: objectsOf(exclude) });
  if (work > MAX_WORK) {
    return tooLarge(
      `the ${size} combinations are compared with too many kinds of include and exclude`,
      'let a step choose the combinations and use forEach',
    );
  }
  written.values += matrixValues({ axes, include: objectsOf(include) });
  if (written.values > MAX_WRITTEN_VALUES) {
    return tooLarge(
      `include adds too many keys to the ${size} combinations`,
      'let a step choose the combinations and use forEach',
    );
  }
  const before = written.combinations;
  written.combinations += work;
  if (written.combinations <= MAX_WORK) return true;
  // Said once, where it is too much; what follows is not expanded either.
  if (before > MAX_WORK) return false;
  return tooLarge(
    `the matrices of the file have too many combinations in all, this one ${size}`,
    'let a step choose the combinations and use forEach',
  );
}

/** Checks what can be told of a matrix without expressions: something is left, and has all it needs. */
function checkExpanded(
  matrix: RawObject,
  step: RawObject,
  path: DocumentPath,
  report: Report,
): void {
  const values = writtenMatrix(matrix);
  if (values === null || matrixSize(values) === 0) return;
  const items = expandMatrix(values);
  if (items.length === 0) {
    const message = 'every combination of the matrix is excluded';
    const hint = 'take an exclusion away';
    report({ path: [...path, 'exclude'], at: 'value', code: 'out-of-range', message, hint });
  }
  if (values.include.length === 0) return;
  const alone = new Set<JsonObject>(items);
  const read = readNames(step, 'matrix');
  for (const [index, own] of values.include.entries()) {
    if (!alone.has(own)) continue;
    const missing = Object.keys(values.axes).filter(
      (name) => !Object.hasOwn(own, name) && read.has(name),
    );
    if (missing.length === 0) continue;
    report({
      path: [...path, 'include', index],
      at: 'value',
      code: 'missing-key',
      message: `it agrees with no combination, and alone it has no ${missing.join(', ')}, which the step reads`,
      hint: `give it ${missing.join(', ')}, or values that a combination has`,
    });
  }
}

/** `matrix.<axis>`, and the keys that `include` adds. */
export function matrixShape({ include, exclude: _, ...axes }: RawObject): Shape {
  const added = objectsOf(include).flatMap((values) => Object.keys(values));
  const names = [...Object.keys(axes), ...added];
  return { fields: Object.fromEntries(names.map((name) => [name, 'any' as const])) };
}

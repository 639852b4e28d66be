import type { Environment } from '@marcbachmann/cel-js';
import { findItem, isItemSelector, itemLabel } from '../../contracts/index.js';
import { toDialect } from './dialect.js';
import { createEnvironment } from './environment.js';
import { ExpressionError } from './error.js';
import { explain } from './explain.js';
import { parseExpression } from './parse.js';
import { pathOf, type Reference, referencesOf } from './references.js';
import { quoteSelectors } from './selectors.js';
import type { RootTypes, Shape, ValueType } from './types.js';

export interface ExpressionProblem {
  readonly kind: 'syntax' | 'unknown-name' | 'type';
  readonly message: string;
  /** In UTF-16 units from the start of the expression. */
  readonly offset: number;
  /** Where the offending part ends, exclusive; absent: at the end of the expression. */
  readonly end?: number;
  readonly hint?: string;
  /** Of an unknown name: the path up to it, and the names that exist there. */
  readonly unknown?: { readonly path: readonly string[]; readonly known: readonly string[] };
}

export type CheckedExpression =
  | {
      readonly ok: true;
      readonly type: ValueType;
      readonly references: readonly Reference[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly ExpressionProblem[];
      /** As far as they could be read. */
      readonly references: readonly Reference[];
    };

/**
 * Checks an expression before anything runs: that it can be read, that every name exists, that the
 * types fit as far as they are known.
 *
 * @param roots - what each root holds; the same object for the same place, its environment is kept
 * @returns the type of the result, or all problems
 */
export function checkExpression(source: string, roots: RootTypes): CheckedExpression {
  let ast: ReturnType<typeof parseExpression>;
  try {
    ast = parseExpression(source);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const problem = { kind: 'syntax', message: error.problem, offset: error.offset } as const;
    return {
      ok: false,
      problems: [error.hint === undefined ? problem : { ...problem, hint: error.hint }],
      references: [],
    };
  }
  const { sourceOffset } = quoteSelectors(source);
  const references = referencesOf(ast).map((reference) => ({
    ...reference,
    offset: sourceOffset(reference.offset),
    end: sourceOffset(reference.end),
  }));
  const unknown = references.flatMap((reference) => unknownName(reference, roots));
  if (unknown.length > 0) return { ok: false, problems: unknown, references };

  const dialect = toDialect(ast);
  const result = environmentFor(roots).check(dialect.text);
  if (!result.valid) {
    const error = result.error;
    const { message, hint } = explain(error?.summary ?? 'the types do not fit');
    const offset = sourceOffset(dialect.sourceOffset(error?.range?.start ?? 0));
    const problem = { kind: 'type', message, offset } as const;
    return {
      ok: false,
      problems: [hint === undefined ? problem : { ...problem, hint }],
      references,
    };
  }
  const path = pathOf(ast);
  const shape = path === null ? null : shapeAt(path, roots);
  return {
    ok: true,
    type: typeof shape === 'string' ? shape : valueType(result.type ?? 'dyn'),
    references,
  };
}

function unknownName(reference: Reference, roots: RootTypes): readonly ExpressionProblem[] {
  let shape: Shape = { fields: roots };
  for (const [depth, name] of reference.path.entries()) {
    if (typeof shape === 'string') {
      if (shape === 'any' || shape === 'artifact') return [];
      const owner = reference.path.slice(0, depth).join('.');
      return [
        {
          kind: 'type',
          message: `${owner} is ${shape}, it has no ${name}`,
          offset: reference.offset,
          end: reference.end,
        },
      ];
    }
    const missing = noSuchItem(shape, name, reference, depth);
    if (missing !== null) return [missing];
    const next = fieldOf(shape, name);
    if (next === undefined) {
      const path = reference.path.slice(0, depth + 1);
      return [
        {
          kind: 'unknown-name',
          message: `unknown name ${path.join('.')}`,
          offset: reference.offset,
          end: reference.end,
          unknown: { path, known: Object.keys(shape.fields) },
          ...(shape.hint !== undefined && { hint: shape.hint }),
        },
      ];
    }
    shape = next;
  }
  return [];
}

/** Items that a complaint names at most. */
const SHOWN_ITEMS = 4;

/** `train[7]` of a step whose items are written out and that has no such item, or several. */
function noSuchItem(
  { items, item }: Exclude<Shape, ValueType>,
  selector: string,
  { path, offset, end }: Reference,
  depth: number,
): ExpressionProblem | null {
  if (item === undefined || items === undefined || !isItemSelector(selector)) return null;
  const known = items();
  if (known === null) return null;
  const found = findItem(known, selector);
  if (typeof found === 'number') return null;
  const step = path[depth - 1] ?? '';
  const labels = known.slice(0, SHOWN_ITEMS).map(itemLabel);
  const all = `${labels.join('; ')}${known.length > SHOWN_ITEMS ? '; …' : ''}`;
  const message =
    found === null
      ? `step ${step} has no item [${selector}]: it has ${known.length}`
      : `step ${step} has several items [${selector}]`;
  const hint =
    found === null
      ? `by number 0 to ${known.length - 1}, or by value: ${all}`
      : `name more of their values: ${all}`;
  return { kind: 'unknown-name', message, hint, offset, end };
}

function fieldOf(shape: Exclude<Shape, ValueType>, name: string): Shape | undefined {
  if (shape.item !== undefined && isItemSelector(name)) return shape.item;
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : shape.others;
}

function shapeAt(path: readonly string[], roots: RootTypes): Shape | null {
  let shape: Shape = { fields: roots };
  for (const name of path) {
    if (typeof shape === 'string') return 'any';
    const next = fieldOf(shape, name);
    if (next === undefined) return null;
    shape = next;
  }
  return shape;
}

const environments = new WeakMap<RootTypes, Environment>();

function environmentFor(roots: RootTypes): Environment {
  const known = environments.get(roots);
  if (known !== undefined) return known;
  const environment = createEnvironment(false);
  for (const [root, shape] of Object.entries(roots)) {
    const schema = schemaOf(shape);
    if (schema === null) environment.registerVariable(root, celType(shape));
    else environment.registerVariable(root, { schema });
  }
  environments.set(roots, environment);
  return environment;
}

/** A flat object of known values; anything deeper or open stays untyped. */
function schemaOf(shape: Shape): Record<string, string> | null {
  if (typeof shape === 'string' || shape.others !== undefined) return null;
  const entries = Object.entries(shape.fields);
  if (entries.length === 0 || entries.some(([, field]) => typeof field !== 'string')) return null;
  return Object.fromEntries(entries.map(([name, field]) => [name, celType(field)]));
}

function celType(shape: Shape): string {
  switch (shape) {
    case 'number':
    case 'integer':
      return 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'timestamp':
      return 'Timestamp';
    case 'duration':
      return 'Duration';
    default:
      return typeof shape === 'object' && shape.others === 'number' ? 'map<string, double>' : 'dyn';
  }
}

function valueType(celTypeName: string): ValueType {
  switch (celTypeName) {
    case 'double':
    case 'int':
      return 'number';
    case 'string':
      return 'string';
    case 'bool':
      return 'boolean';
    case 'Timestamp':
      return 'timestamp';
    case 'Duration':
      return 'duration';
    default:
      return 'any';
  }
}

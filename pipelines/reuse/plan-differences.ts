import {
  canonicalJson,
  isJsonObject,
  type JsonValue,
  type PipelinePlan,
} from '../../contracts/index.js';

/** One value that is another in the other plan; `undefined` where it is not there at all. */
export interface PlanDifference {
  /** Where: `params.trees.default`, `steps.train.with.depth`. */
  readonly path: string;
  readonly a: JsonValue | undefined;
  readonly b: JsonValue | undefined;
}

export interface PlanComparison {
  readonly differences: readonly PlanDifference[];
  /** Values that are the same in both. */
  readonly same: number;
}

/**
 * What differs between two plans of one file, value by value; expressions are shown as they are
 * written.
 *
 * @example comparePlans(dev, production).differences;
 * // [{ path: 'params.trees.default', a: 10, b: 200 }]
 */
export function comparePlans(a: PipelinePlan, b: PipelinePlan): PlanComparison {
  const [first, second] = [flat(a), flat(b)];
  const paths = [...first.keys(), ...[...second.keys()].filter((path) => !first.has(path))];
  const differences = paths
    .map((path): PlanDifference => ({ path, a: first.get(path), b: second.get(path) }))
    .filter((one) => canonicalJson(one.a ?? MISSING) !== canonicalJson(one.b ?? MISSING));
  return { differences, same: paths.length - differences.length };
}

/** What no value of a plan is: its keys never begin so. */
const MISSING = { $missing: true };

/** Every value of a plan by its path; steps by their names, since their order is no value. */
function flat({ environment: _, steps, ...plan }: PipelinePlan): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  const byId = Object.fromEntries(steps.map(({ id, sqlLine: _line, ...step }) => [id, step]));
  const visit = (value: unknown, path: string): void => {
    if (isExpression(value)) values.set(path, written(value));
    else if (isJsonObject(value) && Object.keys(value).length > 0) {
      for (const [key, item] of Object.entries(value)) {
        visit(item, path === '' ? key : `${path}.${key}`);
      }
    } else if (value !== undefined) values.set(path, readable(value as JsonValue));
  };
  visit({ ...plan, steps: byId }, '');
  return values;
}

/** Expressions within a list as they are written. */
function readable(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  return value.map((item: JsonValue) => (isExpression(item) ? written(item) : readable(item)));
}

type Expression = { readonly $expr: string } | { readonly $concat: readonly unknown[] };

function isExpression(value: unknown): value is Expression {
  return isJsonObject(value) && (value['$expr'] !== undefined || value['$concat'] !== undefined);
}

function written(value: Expression): string {
  if ('$expr' in value) return `\${${value.$expr}}`;
  return value.$concat.map((part) => (isExpression(part) ? written(part) : String(part))).join('');
}

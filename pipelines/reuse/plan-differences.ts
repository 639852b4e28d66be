import {
  canonicalJson,
  isJsonObject,
  type JsonValue,
  type PipelinePlan,
  type PlanStep,
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

/** Every value of a plan by its path; steps and pipelines by their names, not by order or hash. */
function flat(plan: PipelinePlan): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  const visit = (value: unknown, path: string): void => {
    if (isExpression(value)) values.set(path, written(value));
    else if (isJsonObject(value) && Object.keys(value).length > 0) {
      for (const [key, item] of Object.entries(value)) {
        visit(item, path === '' ? key : `${path}.${key}`);
      }
    } else if (value !== undefined) values.set(path, readable(value as JsonValue));
  };
  const { pipelines = {} } = plan;
  const names = pipelineNames(plan);
  const used = [...names].map(([hash, name]) => [name, byNames(pipelines[hash], names)]);
  visit(byNames(plan, names), '');
  visit(used.length === 0 ? undefined : Object.fromEntries(used), 'pipelines');
  return values;
}

/** Names of the pipelines that a plan uses by their hashes, in the order in which steps use them. */
function pipelineNames({ steps, pipelines = {} }: PipelinePlan): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const times = new Map<string, number>();
  const visit = (users: PipelinePlan['steps']): void => {
    for (const { pipeline: hash } of users) {
      const plan = hash === undefined ? undefined : pipelines[hash];
      if (hash === undefined || plan === undefined || names.has(hash)) continue;
      const time = (times.get(plan.name) ?? 0) + 1;
      times.set(plan.name, time);
      names.set(hash, time === 1 ? plan.name : `${plan.name} (${time})`);
      visit(plan.steps);
    }
  };
  visit(steps);
  return names;
}

function byNames(plan: PipelinePlan | undefined, names: ReadonlyMap<string, string>): object {
  if (plan === undefined) return {};
  const { environment: _, steps, pipelines: _used, ...others } = plan;
  const named = steps.map(({ id, sqlLine: _line, pipeline, command, ...step }) => [
    id,
    {
      ...step,
      ...(command !== null && runOf(command)),
      ...(pipeline !== undefined && { pipeline: names.get(pipeline) }),
    },
  ]);
  return { ...others, steps: Object.fromEntries(named) };
}

/** A command as the file says it: its words, or the text for a shell. */
function runOf({ argv, shell }: NonNullable<PlanStep['command']>): object {
  return shell ? { run: argv[0], shell } : { run: argv };
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

import type { Experiment, JsonValue, RunRecord } from '../../contracts/index.js';
import type { RegistryReader, RunFilter } from '../../models/registry/ports.js';
import {
  checkExpression,
  ExpressionError,
  evaluateCondition,
  references,
} from '../../pipelines/expressions/index.js';
import { UsageError } from '../errors.js';
import { formatNumber } from '../render/values.js';
import { experimentOfRun } from './experiments.js';

/** A run with what it was made of and what it measured, where runs are compared. */
export interface ComparedRun extends RunRecord {
  readonly metrics?: Experiment['metrics'];
  readonly experiment?: Experiment;
}

/** How runs are chosen and ordered. */
export interface Comparison {
  readonly where: string | null;
  readonly sort: string | null;
  readonly descending: boolean;
  /** `metrics.NAME` and `params.NAME` that the person asked by. */
  readonly shown: readonly string[];
}

/** Runs that are looked through. */
const SEARCHED = 10_000;
const SORTABLE = /^(?:(?:metrics|params)\..+|started|duration)$/;

/**
 * Reads `--where` and `--sort`; `null` without either.
 *
 * @throws UsageError for an expression that is none, or a name by which nothing can be ordered
 */
export function checkComparison(options: {
  readonly where?: string;
  readonly sort?: string;
  readonly desc?: boolean;
}): Comparison | null {
  const { where = null, sort = null } = options;
  if (where === null && sort === null) return null;
  if (sort !== null && !SORTABLE.test(sort)) {
    throw new UsageError(
      `runs cannot be ordered by ${sort}`,
      'metrics.NAME, params.NAME, started or duration',
    );
  }
  if (where !== null) checkWhere(where);
  const asked = where === null ? [] : references(where).map((path) => path.slice(0, 2).join('.'));
  const shown = [...new Set([...(sort === null ? [] : [sort]), ...asked])];
  return {
    where,
    sort,
    descending: options.desc === true,
    shown: shown.filter((name) => /^(metrics|params)\./.test(name)),
  };
}

function checkWhere(where: string): void {
  const checked = checkExpression(where, {
    params: { fields: {}, others: 'any' },
    metrics: { fields: {}, others: 'any' },
    run: { fields: { id: 'string', asOf: 'timestamp', status: 'string' } },
  });
  if (checked.ok) {
    if (checked.type === 'boolean' || checked.type === 'any') return;
    throw new UsageError(`--where must be true or false, this is ${checked.type}`, 'compare it');
  }
  const [problem] = checked.problems;
  throw new UsageError(
    `--where: ${problem?.message ?? 'it is no expression'}`,
    problem?.hint ?? "CEL over params, metrics and run: 'params.depth > 4 && metrics.mae < 50'",
  );
}

/** The runs for which the condition is true, in the order asked for; what has no value comes last. */
export async function compareRuns(
  registry: RegistryReader,
  filter: RunFilter,
  comparison: Comparison,
): Promise<readonly ComparedRun[]> {
  const runs = await registry.runs({ ...filter, limit: SEARCHED });
  const kept = await registry.experiments.list({
    ...(filter.pipeline !== undefined && { pipeline: filter.pipeline }),
    limit: SEARCHED,
  });
  const byRun = new Map(kept.map((experiment) => [experiment.runId, experiment]));
  const compared: ComparedRun[] = [];
  for (const run of runs) {
    const experiment = byRun.get(run.runId) ?? (await experimentOfRun(registry, run));
    if (comparison.where !== null && !isSo(comparison.where, run, experiment)) continue;
    compared.push({ ...run, metrics: experiment.metrics, experiment });
  }
  const { sort, descending } = comparison;
  const ordered = sort === null ? compared : inOrder(compared, sort, descending);
  return ordered.slice(0, filter.limit);
}

/** A run without what the condition reads is none for which it is true. */
function isSo(where: string, run: RunRecord, { metrics }: Experiment): boolean {
  try {
    return evaluateCondition(where, {
      params: run.params,
      metrics,
      run: { id: run.runId, asOf: run.asOf, status: run.status },
    });
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

function inOrder(
  runs: readonly ComparedRun[],
  sort: string,
  descending: boolean,
): readonly ComparedRun[] {
  const sign = descending ? -1 : 1;
  return [...runs].sort((a, b) => {
    const [x, y] = [comparedValue(a, sort), comparedValue(b, sort)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * (String(x) < String(y) ? -1 : Number(String(x) > String(y)));
  });
}

function comparedValue(run: ComparedRun, name: string): JsonValue {
  if (name === 'started') return run.startedAt;
  if (name === 'duration') {
    return run.endedAt === null ? null : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  }
  const at = name.indexOf('.');
  const [root, key] = [name.slice(0, at), name.slice(at + 1)];
  return (root === 'metrics' ? run.metrics?.[key] : run.params[key]) ?? null;
}

export function shownValue(run: ComparedRun, name: string): string {
  const value = comparedValue(run, name);
  if (value === null) return '';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

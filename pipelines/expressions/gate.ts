import {
  type GateResult,
  isJsonObject,
  type JsonObject,
  type Metrics,
} from '../../contracts/index.js';
import { ExpressionError } from './error.js';
import { evaluateCondition } from './evaluate.js';
import { parseExpression } from './parse.js';
import { type Reference, referencesOf } from './references.js';

export interface GateScope {
  readonly metrics: Metrics;
  /** `null` where the model has no champion. */
  readonly champion: Metrics | null;
  readonly params: JsonObject;
  /** Only where the gate reads them. */
  readonly parts?: GateParts;
}

/** What a gate reads of the best model besides its metrics: numbers, nested by name. */
export interface GateParts {
  readonly fairness?: JsonObject;
  readonly slices?: JsonObject;
  /** Dotted name → why there is no such number; of a whole part for all that is below it. */
  readonly missing: { readonly [name: string]: string };
}

type Recorded = GateResult['values'][string];

/**
 * Answers a gate: it passes when it is true and every metric that it names is a finite number. Only
 * a metric that the gate asks for with `has(…)` may be missing; NaN passes nowhere, whatever the
 * expression makes of it. Data never makes it throw: what is wrong is in `reason`.
 *
 * @example
 * evaluateGate('metrics.mae <= 120', { metrics: { mae: 98 }, champion: null, params: {} });
 * // { expression: 'metrics.mae <= 120', passed: true, values: { 'metrics.mae': 98 }, reason: … }
 */
export function evaluateGate(source: string, scope: GateScope): GateResult {
  const values: Record<string, Recorded> = {};
  const result = (passed: boolean, reason: string): GateResult => ({
    expression: source,
    passed,
    values,
    reason,
  });
  try {
    const references = referencesOf(parseExpression(source));
    const asked = new Set(references.filter(isAsked).map(({ path }) => path.join('.')));
    const faults = new Set<string>();
    for (const reference of references) {
      for (const [name, value] of read(reference, scope)) {
        values[name] = recorded(value);
        if (name.startsWith('params.')) continue;
        const missing = value === undefined || value === null;
        if (missing && !asked.has(name)) faults.add(missingFrom(name, scope));
        if (!missing && !Number.isFinite(value)) faults.add(`${name} is ${value}, not finite`);
      }
    }
    if (faults.size > 0) return result(false, [...faults].join('; '));
    const context = {
      metrics: present(scope.metrics),
      champion: scope.champion === null ? null : present(scope.champion),
      params: scope.params,
      ...(scope.parts !== undefined && { parts: scope.parts }),
    };
    return evaluateCondition(source, context)
      ? result(true, `true with ${list(values)}`)
      : result(false, `false with ${list(values)}`);
  } catch (error) {
    if (error instanceof ExpressionError) return result(false, error.problem);
    throw error;
  }
}

/** What is missing, and what the gate can ask instead. */
function missingFrom(name: string, { metrics, champion, parts: told }: GateScope): string {
  if (name.startsWith('champion.')) {
    const why = champion === null ? 'the model has no champion' : 'the champion has none';
    return `${name} is missing (${why}; let has(${name}) ask first)`;
  }
  const parts = name.split('.');
  if (parts[0] === 'fairness' || parts[0] === 'slices') {
    const why = parts.map((_, depth) => told?.missing[parts.slice(0, depth + 1).join('.')]);
    return `${name} is missing (${why.find((text) => text !== undefined) ?? 'it was not measured'})`;
  }
  const measured = Object.keys(present(metrics)).join(', ');
  return `${name} is missing (measured: ${measured === '' ? 'nothing' : measured})`;
}

function isAsked(reference: Reference): boolean {
  return reference.asked;
}

/** What a reference reads: one value, or every metric where it takes the whole of a root. */
function* read(reference: Reference, scope: GateScope): Generator<readonly [string, unknown]> {
  const [root, name] = reference.path;
  if (root === 'fairness' || root === 'slices') {
    yield* below(reference.path, scope.parts?.[root]);
    return;
  }
  if (root !== 'metrics' && root !== 'champion' && root !== 'params') return;
  const source: { readonly [key: string]: unknown } = scope[root] ?? {};
  if (name === undefined) {
    for (const [key, value] of Object.entries(source)) yield [`${root}.${key}`, value];
    return;
  }
  const value = Object.hasOwn(source, name) ? source[name] : undefined;
  yield [`${root}.${name}`, value];
}

/** The number that a path names, or every one below it. */
function* below(
  path: readonly string[],
  root: JsonObject | undefined,
): Generator<readonly [string, unknown]> {
  let value: JsonObject[string] | undefined = root;
  for (const name of path.slice(1)) {
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  if (!isJsonObject(value)) yield [path.join('.'), value];
  else for (const name of Object.keys(value)) yield* below([...path, name], root);
}

function recorded(value: unknown): Recorded {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** Metrics that came through JSON may be null where there was none. */
function present(metrics: Metrics): Metrics {
  const entries: [string, number | null][] = Object.entries(metrics);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => entry[1] !== null),
  );
}

function list(values: { readonly [name: string]: Recorded }): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name} = ${value ?? 'none'}`);
  return pairs.length === 0 ? 'no values' : pairs.join(', ');
}

import {
  type JsonObject,
  type JsonValue,
  type MeasurementScope,
  type Metrics,
  parseEventTimeMs,
  type StepOutputs,
  type TimeWindow,
} from '../../contracts/index.js';
import { collectedValues, type ItemReference, selectedItem, valuesOf } from './items.js';
import { Duration, Timestamp } from './time-values.js';

/** `run`; what follows `asOf` only in the steps after its end. */
export interface RunScope {
  readonly id: string;
  readonly asOf: string;
  readonly status?: string;
  readonly detail?: string | null;
  readonly failedStep?: string | null;
}

/** The values behind the roots. A root that is absent here is unknown to the expression. */
export interface ExpressionScope {
  readonly params?: JsonObject;
  /** `asOf` is RFC 3339; expressions see a timestamp. */
  readonly run?: RunScope;
  /** The values of this item's axes. */
  readonly matrix?: JsonValue;
  /** The item of a list. */
  readonly item?: JsonValue;
  /** Outputs of the steps that have ended. */
  readonly steps?: { readonly [step: string]: StepOutputs };
  readonly metrics?: Metrics;
  /** Metrics of the champion; `null` where the model has none. */
  readonly champion?: Metrics | null;
  /** Only of a gate: what it reads of the best model besides metrics. */
  readonly parts?: { readonly fairness?: JsonObject; readonly slices?: JsonObject };
  /** `start` and `end` are RFC 3339; expressions see timestamps. */
  readonly window?: TimeWindow;
  readonly trigger?: { readonly kind: string; readonly reason: string };
  /** The rows that a retraining learns from: times are RFC 3339, expressions see timestamps. */
  readonly data?: RetrainDataScope;
  /** A window's measurements: each name is a root of its own. */
  readonly measurements?: MeasurementScope;
}

/** What `retrain.params` may read of the rows that a retraining learns from. */
export interface RetrainDataScope {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Where the change lies that the detector found; `from` without one. */
  readonly cut: string;
  /** Weight of the rows before the cut, in [0, 1]. */
  readonly oldWeight: number;
}

/**
 * The scope as cel-js reads it. `steps.<id>.<name>` is a value or an artifact of that name.
 *
 * @param items - items of fanned-out steps that the expression names
 */
export function celContext(
  scope: ExpressionScope,
  items: readonly ItemReference[] = [],
): Record<string, unknown> {
  const context: Record<string, unknown> = Object.create(null);
  if (scope.params !== undefined) context['params'] = scope.params;
  if (scope.run !== undefined) {
    context['run'] = { ...scope.run, asOf: readTime('run.asOf', scope.run.asOf) };
  }
  if (scope.matrix !== undefined) context['matrix'] = scope.matrix;
  if (scope.item !== undefined) context['item'] = scope.item;
  if (scope.steps !== undefined) {
    context['steps'] = Object.fromEntries(
      Object.entries(scope.steps).map(([id, outputs]) => [id, stepValues(id, outputs, items)]),
    );
  }
  if (scope.metrics !== undefined) context['metrics'] = scope.metrics;
  if (scope.champion !== undefined) context['champion'] = scope.champion ?? {};
  for (const part of ['fairness', 'slices'] as const) {
    if (scope.parts?.[part] !== undefined) context[part] = scope.parts[part];
  }
  if (scope.window !== undefined) {
    context['window'] = {
      start: readTime('window.start', scope.window.start),
      end: readTime('window.end', scope.window.end),
    };
  }
  if (scope.trigger !== undefined) {
    context['trigger'] = { kind: scope.trigger.kind, reason: scope.trigger.reason };
  }
  if (scope.data !== undefined) {
    const { kind, oldWeight } = scope.data;
    const times = (['from', 'to', 'cut'] as const).map((name) => [
      name,
      readTime(`data.${name}`, scope.data?.[name] ?? ''),
    ]);
    context['data'] = { ...Object.fromEntries(times), kind, oldWeight };
  }
  Object.assign(context, scope.measurements);
  return context;
}

function stepValues(
  id: string,
  outputs: StepOutputs,
  named: readonly ItemReference[],
): { readonly [name: string]: unknown } {
  if (outputs.items === undefined) return valuesOf(outputs);
  if (!('list' in outputs.items)) {
    throw new TypeError(`the items of step ${id} were not read`);
  }
  const { list } = outputs.items;
  const all = collectedValues(list);
  const chosen = named.filter(({ step }) => step === id);
  if (chosen.length === 0) return all;
  return {
    ...all,
    ...Object.fromEntries(chosen.map((item) => [item.selector, selectedItem(list, item)])),
  };
}

function readTime(name: string, text: string): Timestamp {
  const ms = parseEventTimeMs(text);
  if (ms === null) throw new TypeError(`${name} is not a time: ${JSON.stringify(text)}`);
  return new Timestamp(ms);
}

/**
 * A result of cel-js as JSON: integers as numbers, times as RFC 3339 (a midnight as its date),
 * durations as `4320h`.
 *
 * @throws TypeError on what has no JSON form (NaN, a type)
 */
export function toJson(value: unknown): JsonValue {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'bigint':
      return Number(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`the result is ${value}`);
      // −0 and 0 have one text.
      return value === 0 ? 0 : value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Timestamp || value instanceof Duration) return value.toText();
      if (Array.isArray(value)) return value.map(toJson);
      if (isPlain(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
      }
  }
  throw new TypeError('the result has no JSON form');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
  );
}

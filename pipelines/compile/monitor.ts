import type { JsonValue, MonitorSpec, Template } from '../../contracts/index.js';
import { parseDurationMs } from '../../contracts/index.js';
import type { RootTypes, ValueType } from '../expressions/index.js';
import { suggestion } from '../nearest.js';
import type { MonitorSource } from '../schema/monitor-schema.js';
import { readShare } from '../schema/scalars.js';
import { OpenValue } from '../steps/index.js';
import { type CompileContext, entriesOf, isRawObject, type RawObject } from './context.js';
import { checkTemplate } from './expressions.js';

export interface CheckedMonitor {
  readonly retrainParams: { readonly [name: string]: Template };
  readonly warnings: readonly string[];
}

/** The model that is watched, and what a retraining would be given. */
export function checkMonitor(context: CompileContext): CheckedMonitor {
  const monitor = context.source['monitor'];
  if (!isRawObject(monitor)) return { retrainParams: {}, warnings: [] };
  if (context.source['model'] === undefined) {
    context.report({
      path: ['monitor'],
      at: 'key',
      code: 'misplaced',
      message: 'monitor: needs a model to watch',
      hint: 'add model: <name> at the top',
    });
  }
  checkGuards(monitor['respond'], context);
  const respond = isRawObject(monitor['respond']) ? monitor['respond'] : {};
  const given = isRawObject(respond['retrain']) ? respond['retrain']['params'] : undefined;
  const retrainParams = checkRetrainParams(given, context);

  const warnings: string[] = [];
  const retrains = ['dataDrift', 'performance', 'labelDrift'].some(
    (kind) => respond[kind] === 'retrain',
  );
  const declared = Object.keys(context.params.fields);
  if (retrains && declared.length > 0 && Object.keys(retrainParams).length === 0) {
    warnings.push(
      'monitor.respond.retrain.params is empty: a retraining would run on the defaults, the same data again',
    );
  }
  warnings.push(...unwatched(monitor, respond));
  return { retrainParams, warnings };
}

/** Responses to what the monitor does not look for. */
function unwatched(monitor: RawObject, respond: RawObject): readonly string[] {
  const drift = isRawObject(monitor['drift']) ? monitor['drift'] : {};
  const warnings: string[] = [];
  const hasErrors = monitor['performance'] !== undefined || drift['concept'] !== undefined;
  if (respond['performance'] === 'retrain' && !hasErrors) {
    warnings.push(
      'monitor.respond.performance says retrain, but monitor.performance watches no metric and monitor.drift.concept no errors',
    );
  }
  if (respond['labelDrift'] === 'retrain' && drift['labels'] === undefined) {
    warnings.push(
      'monitor.respond.labelDrift says retrain, but monitor.drift.labels watches no labels',
    );
  }
  if (respond['predictionDrift'] === 'rollback' && drift['predictions'] === false) {
    warnings.push(
      'monitor.respond.predictionDrift says rollback, but monitor.drift.predictions is false',
    );
  }
  return warnings;
}

function checkRetrainParams(
  given: JsonValue | undefined,
  context: CompileContext,
): { readonly [name: string]: Template } {
  const base = ['monitor', 'respond', 'retrain', 'params'];
  const roots: RootTypes = {
    params: context.params,
    window: { fields: { start: 'timestamp', end: 'timestamp' } },
    trigger: { fields: { kind: 'string', reason: 'string' } },
  };
  const templates: Record<string, Template> = {};
  for (const [name, value] of entriesOf(given)) {
    const path = [...base, name];
    const checked = checkTemplate(value, path, roots, context.report);
    templates[name] = checked.template;
    const declared = context.params.fields;
    if (!Object.hasOwn(declared, name)) {
      context.report({
        path,
        at: 'key',
        code: 'unknown-name',
        message: `the pipeline has no parameter ${name}`,
        hint: suggestion(name, Object.keys(declared)),
      });
      continue;
    }
    const found = checked.value instanceof OpenValue ? checked.value.type : literalType(value);
    const wanted = declared[name] ?? 'any';
    if (!fits(found, wanted)) {
      context.report({
        path,
        at: 'value',
        code: 'type-mismatch',
        message: `parameter ${name} takes ${wanted}, this is ${found}`,
      });
    }
  }
  return templates;
}

/** A date or duration parameter is text, and so are times once they are written. */
function fits(found: ValueType, wanted: ValueType): boolean {
  if (found === 'any' || wanted === 'any' || found === wanted) return true;
  if (wanted === 'string') return found === 'timestamp' || found === 'duration';
  return (
    (wanted === 'number' || wanted === 'integer') && (found === 'number' || found === 'integer')
  );
}

function literalType(value: JsonValue): ValueType {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'string' : 'any';
}

function checkGuards(respond: JsonValue | undefined, context: CompileContext): void {
  const guards = isRawObject(respond) ? respond['guards'] : undefined;
  if (!isRawObject(guards)) return;
  const outOfRange = (key: string, message: string): void => {
    const path = ['monitor', 'respond', 'guards', key];
    context.report({ path, at: 'value', code: 'out-of-range', message });
  };
  const breaches = readBreaches(guards['breaches']);
  if (
    breaches !== null &&
    (breaches.count < 1 || breaches.count > breaches.of || breaches.of > 1_000)
  ) {
    outOfRange(
      'breaches',
      `${breaches.count} of ${breaches.of}: the first is from 1 to the second, at most 1000`,
    );
  }
  const budget = readBudget(guards['maxRetrains']);
  if (budget !== null && budget.periodMs === 0) {
    outOfRange('maxRetrains', 'the period is zero');
  }
}

function readBreaches(text: unknown): { readonly count: number; readonly of: number } | null {
  const match = typeof text === 'string' ? /^(\d+) of (\d+)$/.exec(text) : null;
  return match === null ? null : { count: Number(match[1]), of: Number(match[2]) };
}

function readBudget(text: unknown): { readonly count: number; readonly periodMs: number } | null {
  const match = typeof text === 'string' ? /^(\d+) per (\S+)$/.exec(text) : null;
  const periodMs = match === null ? null : parseDurationMs(match[2] ?? '');
  return match === null || periodMs === null ? null : { count: Number(match[1]), periodMs };
}

export function buildMonitor(
  source: MonitorSource | undefined,
  retrainParams: { readonly [name: string]: Template },
): MonitorSpec | null {
  if (source === undefined) return null;
  const ms = (text: string): number => parseDurationMs(text) ?? 0;
  const { window, drift, performance, respond } = source;
  const { guards } = respond;
  return {
    timeColumn: source.time,
    window: {
      everyMs: ms(window.every),
      minRows: window.minRows,
      allowedLatenessMs: ms(window.allowedLateness),
      idleTimeoutMs: ms(window.idleTimeout),
    },
    labels: { delayMs: ms(source.labels.delay) },
    drift: {
      features:
        drift.features === false
          ? null
          : { shareOfColumns: readShare(drift.features.shareOfColumns) },
      predictions: drift.predictions === false ? null : { distance: drift.predictions.distance },
      // Left out where not given: the plan of a file that names none of them stays what it was.
      ...(drift.labels !== undefined && { labels: { distance: drift.labels.distance } }),
      ...(drift.concept !== undefined && { concept: drift.concept }),
    },
    performance:
      performance === undefined
        ? null
        : { metric: performance.metric, worseThanShare: readShare(performance.worseThan) },
    respond: {
      dataDrift: respond.dataDrift,
      performance: respond.performance,
      regressionAfterDeploy: respond.regressionAfterDeploy,
      ...(respond.labelDrift !== undefined && { labelDrift: respond.labelDrift }),
      ...(respond.predictionDrift !== undefined && { predictionDrift: respond.predictionDrift }),
      retrain: { params: retrainParams },
      guards: {
        breaches: readBreaches(guards.breaches) ?? { count: 2, of: 3 },
        cooldownMs: ms(guards.cooldown),
        maxRetrains: readBudget(guards.maxRetrains) ?? { count: 4, periodMs: 30 * 86_400_000 },
        stopAfterIneffective: guards.stopAfterIneffective,
        postDeployWindows: guards.postDeployWindows,
      },
    },
  };
}

import type { Template } from '../../../contracts/index.js';
import { type CompileContext, isRawObject, type RawObject } from '../context.js';
import { checkConditions } from './check-conditions.js';
import { checkGuards } from './check-guards.js';
import { checkRetrainParams } from './check-retrain-params.js';

export interface CheckedMonitor {
  readonly retrainParams: { readonly [name: string]: Template };
  readonly warnings: readonly string[];
}

/** The model that is watched, what is decided on, and what a retraining would be given. */
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
  const respond = isRawObject(monitor['respond']) ? monitor['respond'] : {};
  checkGuards(respond, context);
  checkConditions(respond, context);
  checkAgreement(monitor, respond, context);
  const retrain = isRawObject(respond['retrain']) ? respond['retrain'] : {};
  const retrainParams = checkRetrainParams(retrain['params'], context);
  return {
    retrainParams,
    warnings: [
      ...dataWarnings(respond, retrain, retrainParams, context),
      ...unwatched(monitor, respond),
    ],
  };
}

/** Parts of the block that contradict or miss one another. */
function checkAgreement(monitor: RawObject, respond: RawObject, context: CompileContext): void {
  const { estimate, performance } = monitor;
  if (isRawObject(estimate) && estimate['metric'] === undefined && performance === undefined) {
    context.report({
      path: ['monitor', 'estimate'],
      at: 'key',
      code: 'missing-key',
      message: 'monitor.estimate names no metric, and monitor.performance is not there',
      hint: 'add metric: mae',
    });
  }
  if (monitor['slices'] !== undefined && performance === undefined) {
    context.report({
      path: ['monitor', 'slices'],
      at: 'key',
      code: 'misplaced',
      message: 'slices are measured by the metric of monitor.performance, which is not there',
      hint: 'add performance: {metric: mae}',
    });
  }
  if (respond['conceptDrift'] !== undefined && respond['performance'] !== undefined) {
    context.report({
      path: ['monitor', 'respond', 'conceptDrift'],
      at: 'key',
      code: 'misplaced',
      message: 'conceptDrift is another name of performance, and both are given',
      hint: 'remove one of them',
    });
  }
}

function dataWarnings(
  respond: RawObject,
  retrain: RawObject,
  retrainParams: { readonly [name: string]: Template },
  context: CompileContext,
): readonly string[] {
  const retrains =
    ['dataDrift', 'performance', 'conceptDrift', 'labelDrift', 'estimatedLoss', 'fairness'].some(
      (kind) => actionOf(respond[kind]) === 'retrain',
    ) || ['newRows', 'newLabels', 'maxAge', 'continuous'].some((key) => retrain[key] !== undefined);
  const hasParams = Object.keys(context.params.fields).length > 0;
  if (retrains && hasParams && Object.keys(retrainParams).length === 0) {
    return [
      'monitor.respond.retrain.params is empty: a retraining would run on the defaults, the same data again',
    ];
  }
  const readsData = JSON.stringify(retrainParams).includes('data.');
  return retrain['data'] === undefined || readsData
    ? []
    : [
        'monitor.respond.retrain.data chooses rows that no parameter reads: write from: ${data.from} and to: ${data.to} in monitor.respond.retrain.params',
      ];
}

/** Responses to what the monitor does not look for. */
function unwatched(monitor: RawObject, respond: RawObject): readonly string[] {
  const drift = isRawObject(monitor['drift']) ? monitor['drift'] : {};
  const hasErrors = monitor['performance'] !== undefined || drift['concept'] !== undefined;
  const performance = respond['performance'] ?? respond['conceptDrift'];
  const missing: readonly (readonly [boolean, string, string])[] = [
    [
      actionOf(performance) === 'retrain' && !hasErrors,
      'performance says retrain',
      'monitor.performance watches no metric and monitor.drift.concept no errors',
    ],
    [
      actionOf(respond['labelDrift']) === 'retrain' && drift['labels'] === undefined,
      'labelDrift says retrain',
      'monitor.drift.labels watches no labels',
    ],
    [
      actionOf(respond['predictionDrift']) === 'rollback' && drift['predictions'] === false,
      'predictionDrift says rollback',
      'monitor.drift.predictions is false',
    ],
    [
      respond['noData'] !== undefined && monitor['freshness'] === undefined,
      'noData is given',
      'monitor.freshness says not when data is due',
    ],
    ...(
      [
        ['estimatedLoss', 'estimate'],
        ['fairness', 'fairness'],
        ['service', 'service'],
        ['outliers', 'outliers'],
        ['featureSkew', 'featureSkew'],
      ] as const
    ).map(
      ([response, part]) =>
        [
          respond[response] !== undefined && monitor[part] === undefined,
          `${response} is given`,
          `monitor.${part} is not there`,
        ] as const,
    ),
  ];
  return missing.flatMap(([isSo, says, but]) =>
    isSo ? [`monitor.respond.${says}, but ${but}`] : [],
  );
}

function actionOf(response: unknown): unknown {
  return isRawObject(response) ? response['action'] : response;
}

import type {
  GuardSpec,
  RespondSpec,
  Response,
  ResponseAction,
  ResponseRule,
  RetrainData,
  Template,
} from '../../../contracts/index.js';
import type { MonitorSource } from '../../schema/monitor/monitor-schema.js';
import { readShare } from '../../schema/scalars.js';
import { given, milliseconds, when } from './optional-fields.js';
import { readBreaches, readBudget } from './read-guards.js';

type RespondSource = MonitorSource['respond'];

interface RuleSource {
  readonly action: ResponseAction;
  readonly when?: string | undefined;
  readonly risk?: ResponseRule['risk'] | undefined;
  readonly undo?: string | undefined;
  readonly notify?: readonly string[] | undefined;
}

export function buildRespond(
  source: RespondSource,
  retrainParams: { readonly [name: string]: Template },
): RespondSpec {
  const { promote, conditions, retrain } = source;
  return {
    dataDrift: buildResponse(source.dataDrift),
    performance: buildResponse(source.conceptDrift ?? source.performance),
    regressionAfterDeploy: buildResponse(source.regressionAfterDeploy),
    ...given({
      labelDrift: when(source.labelDrift, buildResponse),
      predictionDrift: when(source.predictionDrift, buildResponse),
      dataQuality: when(source.dataQuality, buildResponse),
      noData: when(source.noData, buildResponse),
      service: when(source.service, buildResponse),
      fairness: when(source.fairness, buildResponse),
      estimatedLoss: when(source.estimatedLoss, buildResponse),
      outliers: when(source.outliers, buildResponse),
      featureSkew: when(source.featureSkew, buildResponse),
      unknown: when(source.unknown, buildResponse),
      conditions: when(conditions, (all) =>
        all.map((one) => ({ ...buildRule(one), name: one.name, when: one.when })),
      ),
      automation: source.automation,
    }),
    retrain: {
      params: retrainParams,
      ...given({
        data: when(retrain.data, buildData),
        newRows: retrain.newRows,
        newLabels: retrain.newLabels,
        maxAgeMs: when(retrain.maxAge, milliseconds),
        continuous: retrain.continuous,
      }),
    },
    ...given({
      promote: when(promote, ({ margin, confidence, older }) =>
        given({ margin: when(margin, readShare), confidence, olderMs: when(older, milliseconds) }),
      ),
    }),
    guards: buildGuards(source.guards),
  };
}

function buildResponse(source: ResponseAction | RuleSource): Response {
  return typeof source === 'string' ? source : buildRule(source);
}

function buildRule({ action, when: condition, risk, undo, notify }: RuleSource): ResponseRule {
  return {
    action,
    ...given({ when: condition, risk, undoMs: when(undo, milliseconds), notify }),
  };
}

function buildData(source: NonNullable<RespondSource['retrain']['data']>): RetrainData {
  if (typeof source === 'string') return { kind: source };
  if ('trailing' in source) return { kind: 'trailing', lengthMs: milliseconds(source.trailing) };
  return { kind: 'combined', oldWeight: readShare(source.combined.oldWeight) };
}

function buildGuards(source: RespondSource['guards']): GuardSpec {
  const { exit, quietHours, minLabels } = source;
  return {
    breaches: readBreaches(source.breaches) ?? { count: 2, of: 3 },
    cooldownMs: milliseconds(source.cooldown),
    maxRetrains: readBudget(source.maxRetrains) ?? { count: 4, periodMs: 30 * 86_400_000 },
    stopAfterIneffective: source.stopAfterIneffective,
    postDeployWindows: source.postDeployWindows,
    ...given({ exit: readBreaches(exit) ?? undefined, quietHours, minLabels }),
  };
}

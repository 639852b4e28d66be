import {
  businessName,
  kindOfRolloutMetric,
  type RolloutMeasurement,
} from '../../contracts/index.js';
import type { ArmMoments, ArmQuestion } from '../../models/predictions/ports.js';
import {
  type ArmsSample,
  judgeArms,
  type MetricSample,
  type Moments,
  momentsOfShare,
  withSpread,
} from '../../models/rollout/index.js';
import type { ArmsToMeasure } from '../../monitoring/policy/index.js';
import type { WatchDeps } from '../deps.js';
import { beating } from '../heartbeat.js';
import { awaitServiceRecords, serviceSamples } from './service-samples.js';
import { statisticSamples } from './statistic-samples.js';

type Deps = Pick<WatchDeps, 'registry' | 'predictionLog' | 'service'>;

export interface ArmsQuestion {
  readonly model: string;
  readonly arms: ArmsToMeasure;
}

/**
 * One look at the arms of a rollout: what their requests came to since the shares were last changed,
 * from the prediction log, the labels and business metrics that have come, and the gateways' records
 * of each arm.
 */
export function measureArms(deps: Deps) {
  return ({ model, arms }: ArmsQuestion): Promise<RolloutMeasurement> =>
    beating(async (signal) => {
      if (arms.analysis.metrics.some(({ metric }) => kindOfRolloutMetric(metric) === 'service')) {
        await awaitServiceRecords(deps.service, Date.parse(arms.since), signal);
      }
      const look = { number: arms.number, at: new Date().toISOString() };
      const sample = await (arms.shadow ? shadowSample : answeringSample)(deps, model, arms);
      return judgeArms(oriented(sample, arms), arms.analysis, look);
    });
}

/** Both arms answer, each its own requests. */
async function answeringSample(
  deps: Deps,
  model: string,
  arms: ArmsToMeasure,
): Promise<ArmsSample> {
  const { champion, challenger } = arms;
  const question = await questionOf(deps, model, arms);
  const found = await deps.predictionLog.arms(question);
  const service = await serviceSamples(deps.service, model, arms);
  const statistics = await statisticSamples(deps.predictionLog, question, arms);
  const metrics: Record<string, MetricSample> = { ...service, ...statistics };
  for (const { metric } of arms.analysis.metrics) {
    const [own, other] = [challenger, champion].map((version) => momentsIn(found, version, metric));
    if (own != null && other != null) metrics[metric] = { champion: other, challenger: own };
  }
  const counts = (version: number, arm: 'champion' | 'challenger') => ({
    version,
    rows: momentsIn(found, version, '')?.rows ?? 0,
    labelled: labelledRows(metrics, arm),
  });
  return {
    champion: counts(champion, 'champion'),
    challenger: counts(challenger, 'challenger'),
    metrics,
  };
}

/** The challenger answers nobody: what it said of the same rows is beside the log. */
async function shadowSample(deps: Deps, model: string, arms: ArmsToMeasure): Promise<ArmsSample> {
  const { champion, challenger } = arms;
  const question = await questionOf(deps, model, arms);
  const found = await deps.predictionLog.shadow(question);
  const metrics: Record<string, MetricSample> = {};
  for (const { metric, ...sample } of found) metrics[metric] = sample;
  const { failed, latencyMs: own } = metrics;
  Object.assign(metrics, await statisticSamples(deps.predictionLog, question, arms));
  const service = await serviceSamples(deps.service, model, { ...arms, challenger: champion });
  if (failed !== undefined) {
    const { rows, mean } = failed.challenger;
    const answered = service['errorRate']?.champion ?? momentsOfShare(0, rows);
    const challenger = momentsOfShare(Math.round(mean * rows), rows);
    metrics['errorRate'] = { champion: answered, challenger };
  }
  const latency = service['latencyMs'];
  if (own !== undefined && latency !== undefined) {
    metrics['latencyMs'] = { champion: latency.champion, challenger: own.challenger };
  } else {
    delete metrics['latencyMs'];
  }
  const rows = metrics['']?.challenger.rows ?? 0;
  const labelled = labelledRows(metrics, 'challenger');
  return {
    champion: { version: champion, rows, labelled },
    challenger: { version: challenger, rows, labelled },
    metrics,
  };
}

async function questionOf(deps: Deps, model: string, arms: ArmsToMeasure): Promise<ArmQuestion> {
  const record = await deps.registry.version(model, arms.champion);
  const names = arms.analysis.metrics.map(({ metric }) => metric);
  return {
    model,
    route: arms.route,
    sinceMs: Date.parse(arms.since),
    losses: names.filter((name) => kindOfRolloutMetric(name) === 'loss'),
    business: names.filter((name) => kindOfRolloutMetric(name) === 'business').map(businessName),
    classes: record?.content.signature.output.classes ?? [],
  };
}

/** Rows with a label, as the first metric that needs one has counted them. */
function labelledRows(
  metrics: { readonly [metric: string]: MetricSample },
  arm: 'champion' | 'challenger',
): number {
  const measured = Object.entries(metrics).find(([metric]) => {
    const kind = kindOfRolloutMetric(metric);
    return kind === 'loss' || kind === 'statistic';
  });
  return measured?.[1][arm].rows ?? 0;
}

function momentsIn(
  found: readonly ArmMoments[],
  version: number,
  metric: string,
): Moments | undefined {
  return found.find((item) => item.version === version && item.metric === metric);
}

/** As who judges takes it: less is better, so that what the business gains is turned round. */
function oriented(sample: ArmsSample, { analysis }: ArmsToMeasure): ArmsSample {
  const metrics: Record<string, MetricSample> = {};
  for (const [metric, found] of Object.entries(sample.metrics)) {
    metrics[metric] = withSpread(metric, found);
  }
  for (const { metric, higherIsBetter } of analysis.metrics) {
    const found = metrics[metric];
    if (!higherIsBetter || found === undefined || kindOfRolloutMetric(metric) !== 'business')
      continue;
    const turned = (moments: Moments): Moments => ({ ...moments, mean: -moments.mean });
    metrics[metric] = { champion: turned(found.champion), challenger: turned(found.challenger) };
  }
  return { ...sample, metrics };
}

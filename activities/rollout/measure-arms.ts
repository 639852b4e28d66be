import {
  businessName,
  kindOfRolloutMetric,
  latencyBounds,
  type RolloutMeasurement,
} from '../../contracts/index.js';
import type { ArmMoments, ArmQuestion } from '../../models/predictions/ports.js';
import {
  type ArmsSample,
  judgeArms,
  type MetricSample,
  type Moments,
  momentsOfCounts,
  momentsOfShare,
} from '../../models/rollout/index.js';
import type { ArmsToMeasure } from '../../monitoring/policy/index.js';
import type { WatchDeps } from '../deps.js';
import { beating } from '../heartbeat.js';

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
    beating(async () => {
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
  const service = await serviceSamples(deps, model, arms);
  const metrics: Record<string, MetricSample> = { ...service };
  for (const { metric } of arms.analysis.metrics) {
    const [own, other] = [challenger, champion].map((version) => momentsIn(found, version, metric));
    if (own != null && other != null) metrics[metric] = { champion: other, challenger: own };
  }
  const [loss] = question.losses;
  const counts = (version: number) => ({
    version,
    rows: momentsIn(found, version, '')?.rows ?? 0,
    labelled: loss === undefined ? 0 : (momentsIn(found, version, loss)?.rows ?? 0),
  });
  return { champion: counts(champion), challenger: counts(challenger), metrics };
}

/** The challenger answers nobody: what it said of the same rows is beside the log. */
async function shadowSample(deps: Deps, model: string, arms: ArmsToMeasure): Promise<ArmsSample> {
  const { champion, challenger } = arms;
  const question = await questionOf(deps, model, arms);
  const found = await deps.predictionLog.shadow(question);
  const metrics: Record<string, MetricSample> = {};
  for (const { metric, ...sample } of found) metrics[metric] = sample;
  const { failed, latencyMs: own } = metrics;
  const service = await serviceSamples(deps, model, { ...arms, challenger: champion });
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
  const [loss] = question.losses;
  const labelled = loss === undefined ? 0 : (metrics[loss]?.challenger.rows ?? 0);
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

/** Errors and latencies of both arms, as the gateways counted them. */
async function serviceSamples(
  { service }: Deps,
  model: string,
  { since, champion, challenger }: ArmsToMeasure,
): Promise<{ readonly [metric: string]: MetricSample }> {
  const sinceMs = Date.parse(since);
  const counts = new Map<number, ArmCounts>();
  await service.eachTraffic(model, sinceMs, Date.now(), ({ from, arms = [] }) => {
    // A span that began before holds requests that were shared out in another way.
    if (Date.parse(from) < sinceMs) return;
    for (const { version, requests, errors, latency } of arms) {
      const arm = counts.get(version) ?? { requests: 0, errors: 0, latency: new Map() };
      counts.set(version, arm);
      arm.requests += requests;
      arm.errors += errors;
      for (const [bucket, count] of latency) {
        arm.latency.set(bucket, (arm.latency.get(bucket) ?? 0) + count);
      }
    }
  });
  const [one, other] = [counts.get(champion), counts.get(challenger)];
  if (one === undefined || other === undefined) return {};
  return {
    errorRate: {
      champion: momentsOfShare(one.errors, one.requests),
      challenger: momentsOfShare(other.errors, other.requests),
    },
    latencyMs: { champion: logLatency(one), challenger: logLatency(other) },
  };
}

interface ArmCounts {
  requests: number;
  errors: number;
  readonly latency: Map<number, number>;
}

function logLatency({ latency }: ArmCounts): Moments {
  return momentsOfCounts(
    [...latency].map(([bucket, count]) => {
      const { lowMs, highMs } = latencyBounds(bucket);
      return [Math.log((lowMs + highMs) / 2), count] as const;
    }),
  );
}

function momentsIn(
  found: readonly ArmMoments[],
  version: number,
  metric: string,
): Moments | undefined {
  return found.find((item) => item.version === version && item.metric === metric);
}

/** Less is better for who judges; what the business gains is turned round. */
function oriented(sample: ArmsSample, { analysis }: ArmsToMeasure): ArmsSample {
  const metrics: Record<string, MetricSample> = { ...sample.metrics };
  for (const { metric, higherIsBetter } of analysis.metrics) {
    const found = metrics[metric];
    if (!higherIsBetter || found === undefined || kindOfRolloutMetric(metric) !== 'business')
      continue;
    const turned = (moments: Moments): Moments => ({ ...moments, mean: -moments.mean });
    metrics[metric] = { champion: turned(found.champion), challenger: turned(found.challenger) };
  }
  return { ...sample, metrics };
}

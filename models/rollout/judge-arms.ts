import type {
  AnalysisSpec,
  AnalysisVerdict,
  ArmMeasurement,
  MetricJudgement,
  RolloutMeasurement,
} from '../../contracts/index.js';
import { judgeMetric, type MetricVerdict } from './judge-metric.js';
import type { MetricSample, Moments } from './moments.js';

/** What was measured of both arms since their shares were last changed. */
export interface ArmsSample {
  readonly champion: Omit<ArmMeasurement, 'values'>;
  readonly challenger: Omit<ArmMeasurement, 'values'>;
  /** By metric, as it was written; a metric that nothing was found of is absent. */
  readonly metrics: { readonly [metric: string]: MetricSample };
}

/** The worst first: what one metric says against a version no other makes good. */
const ORDER: readonly AnalysisVerdict[] = ['fail', 'error', 'no-data', 'inconclusive', 'pass'];

/**
 * One look at the arms of a rollout. A look passes when each metric does; without a measurement it
 * is `no-data`, never a pass.
 */
export function judgeArms(
  sample: ArmsSample,
  analysis: Pick<AnalysisSpec, 'metrics' | 'minSamples'>,
  look: { readonly number: number; readonly at: string },
): RolloutMeasurement {
  const judged = analysis.metrics.map((judgement) => {
    const found = sample.metrics[judgement.metric] ?? NOTHING;
    return { judgement, found, ...judgeMetric(judgement, found, analysis.minSamples) };
  });
  const verdict = ORDER.find((one) => judged.some((metric) => metric.verdict === one)) ?? 'no-data';
  const decisive = judged.filter((metric) => metric.verdict === verdict);
  return {
    ...look,
    verdict,
    reason: decisive.map((metric) => sentence(metric, analysis.minSamples)).join('; '),
    champion: { ...sample.champion, values: valuesOf(judged, 'champion') },
    challenger: { ...sample.challenger, values: valuesOf(judged, 'challenger') },
    metrics: judged.map(({ metric, verdict, interval, judgement }) => ({
      metric,
      verdict,
      difference: interval === null ? null : shown(judgement, interval.difference),
      ...limits(judgement, interval),
    })),
  };
}

const NO_ROWS: Moments = { rows: 0, mean: 0, variance: 0 };
const NOTHING: MetricSample = { champion: NO_ROWS, challenger: NO_ROWS };

interface Judged extends MetricVerdict {
  readonly judgement: MetricJudgement;
  readonly found: MetricSample;
}

function valuesOf(judged: readonly Judged[], arm: 'champion' | 'challenger') {
  return Object.fromEntries(
    judged.map(({ judgement, found }) => [
      judgement.metric,
      found[arm].rows === 0 ? null : inItsUnit(judgement, found[arm].mean),
    ]),
  );
}

/** A latency is compared by its logarithm, which has no long tail. */
function inItsUnit({ metric, higherIsBetter }: MetricJudgement, mean: number): number | null {
  const value = metric === 'latencyMs' ? Math.exp(mean) : higherIsBetter ? -mean : mean;
  if (!Number.isFinite(value)) return null;
  return metric === 'accuracy' ? 1 + value : value;
}

/** A difference as it is read: positive is more of the metric; of a latency, a share of it. */
function shown({ metric, higherIsBetter }: MetricJudgement, difference: number): number {
  if (metric === 'latencyMs') return Math.expm1(difference);
  return higherIsBetter ? -difference : difference;
}

function limits(judgement: MetricJudgement, interval: MetricVerdict['interval']) {
  if (interval === null) return { low: null, high: null };
  const ends = [shown(judgement, interval.low), shown(judgement, interval.high)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function sentence({ judgement, found, verdict, interval, margin }: Judged, minSamples: number) {
  const { metric, kind } = judgement;
  const [own, other] = [found.challenger, found.champion].map((arm) =>
    arm.rows === 0 ? 'nothing' : short(inItsUnit(judgement, arm.mean)),
  );
  if (verdict === 'no-data' && found.lacks !== undefined) return `${metric}: ${found.lacks}`;
  if (verdict === 'no-data') {
    return `${metric}: ${found.challenger.rows} rows of the challenger and ${found.champion.rows} of the champion (needed: ${minSamples} each)`;
  }
  if (interval === null) return `${metric} could not be compared`;
  const { low, high } = limits(judgement, interval);
  const numbers = `${own} against ${other}, difference ${short(shown(judgement, interval.difference))} (${short(low)} to ${short(high)})`;
  return `${metric}: ${numbers}; ${MEANS[kind][verdict] ?? verdict} by ${margin === 0 ? 'any margin' : `the margin of ${short(shownMargin(judgement, margin))}`}`;
}

function shownMargin({ metric }: MetricJudgement, margin: number): number {
  return metric === 'latencyMs' ? Math.expm1(margin) : margin;
}

const MEANS: {
  readonly [kind in MetricJudgement['kind']]: { readonly [verdict in AnalysisVerdict]?: string };
} = {
  guardrail: { fail: 'shown to be worse', pass: 'not shown to be worse' },
  nonInferiority: {
    fail: 'shown to be worse',
    pass: 'shown to be no worse',
    inconclusive: 'not yet shown to be no worse',
  },
  superiority: {
    fail: 'shown to be worse',
    pass: 'shown to be better',
    inconclusive: 'not shown to be better',
  },
};

function short(value: number | null): string {
  return value === null ? 'undefined' : String(Number(value.toPrecision(4)));
}

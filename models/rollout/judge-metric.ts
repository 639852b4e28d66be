import type { AnalysisVerdict, MetricJudgement } from '../../contracts/index.js';
import type { MetricSample } from './moments.js';
import { type SequentialInterval, sequentialInterval } from './sequential-interval.js';

export interface MetricVerdict {
  readonly metric: string;
  readonly verdict: AnalysisVerdict;
  /** Challenger − champion in the unit that is compared; `null` where it is not defined. */
  readonly interval: SequentialInterval | null;
  /** By how much the challenger may be worse, or must be better, in the same unit. */
  readonly margin: number;
}

/**
 * Judges one metric of the arms. Less is better here: a metric of which more is better comes with
 * its sign turned.
 *
 * - `guardrail`: fails once the challenger is shown to be worse by more than the margin; else passes.
 * - `nonInferiority`: passes once it is shown to be worse by less than the margin.
 * - `superiority`: passes once it is shown to be better by more than the margin; fails once it is
 *   shown to be worse.
 *
 * @param minSamples - rows that each arm needs before any verdict but `no-data`
 */
export function judgeMetric(
  judgement: MetricJudgement,
  sample: MetricSample,
  minSamples: number,
): MetricVerdict {
  const { metric, kind, alpha } = judgement;
  const margin = marginOf(judgement, sample);
  const rows = Math.min(sample.champion.rows, sample.challenger.rows);
  if (rows === 0 || rows < minSamples || sample.lacks !== undefined) {
    return { metric, verdict: 'no-data', interval: null, margin };
  }
  const interval = sequentialInterval(sample, alpha, Math.max(1, minSamples));
  if (interval === null || !Number.isFinite(margin)) {
    return { metric, verdict: 'error', interval: null, margin };
  }
  return { metric, verdict: verdictOf(kind, interval, margin), interval, margin };
}

function marginOf(
  { metric, margin, relative }: MetricJudgement,
  { champion }: MetricSample,
): number {
  // A latency is compared by its logarithm: a margin of 0.5 is half as much again.
  if (metric === 'latencyMs') {
    return relative ? Math.log1p(margin) : Math.log1p(margin / Math.exp(champion.mean));
  }
  const value = metric === 'accuracy' ? 1 - champion.mean : champion.mean;
  return relative ? margin * Math.abs(value) : margin;
}

function verdictOf(
  kind: MetricJudgement['kind'],
  { low, high }: SequentialInterval,
  margin: number,
): AnalysisVerdict {
  switch (kind) {
    case 'guardrail':
      return low > margin ? 'fail' : 'pass';
    case 'nonInferiority':
      if (high < margin) return 'pass';
      return low > margin ? 'fail' : 'inconclusive';
    case 'superiority':
      if (high < -margin) return 'pass';
      return low > 0 ? 'fail' : 'inconclusive';
  }
}

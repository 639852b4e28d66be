import type { LoadResult } from './load.js';

/** One load, in numbers that can be compared. */
export interface LoadReport {
  /** Requests a second that were to be begun; `null`: as many as the connections could. */
  readonly ratePerSecond: number | null;
  readonly connections: number;
  readonly seconds: number;
  /** Answers with a status below 400. */
  readonly answered: number;
  readonly answeredPerSecond: number;
  /** `null` where nothing was answered. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  } | null;
  /** Answers by status. */
  readonly statuses: { readonly [status: string]: number };
  /** Why no answer came. */
  readonly failures: { readonly [reason: string]: number };
  /** Longest that the load generator itself was late with a request: beyond a few ms it is the limit. */
  readonly generatorLateMs: number;
  /** Requests that were due and were not sent: the connections were all waiting. */
  readonly unsent: number;
}

export function loadReport(
  { latenciesMs, seconds, statuses, failures, generatorLateMs, unsent }: LoadResult,
  { ratePerSecond, connections }: Pick<LoadReport, 'ratePerSecond' | 'connections'>,
): LoadReport {
  const answered = latenciesMs.length;
  const at = (share: number): number =>
    rounded(latenciesMs[Math.min(answered - 1, Math.ceil(share * answered) - 1)] ?? 0);
  const real = [...statuses].filter(([status]) => status !== 0);
  return {
    ratePerSecond,
    connections,
    seconds: rounded(seconds),
    answered,
    answeredPerSecond: Math.round(answered / seconds),
    latencyMs:
      answered === 0
        ? null
        : { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) },
    statuses: Object.fromEntries(real),
    failures: Object.fromEntries(failures),
    generatorLateMs: rounded(generatorLateMs),
    unsent,
  };
}

/** Requests that were not answered as they should have been. */
export function failedRequests({ statuses, failures, unsent }: LoadReport): number {
  const refused = Object.entries(statuses).filter(([status]) => Number(status) >= 400);
  const counts = [...refused, ...Object.entries(failures)].map(([, number]) => number);
  return counts.reduce((sum, number) => sum + number, unsent);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/**
 * What a gateway writes of itself every few seconds: one line of the process, and one of each model
 * that was asked. Both clocks are the wall's, RFC 3339 with milliseconds.
 */
interface ServiceSpan {
  readonly from: string;
  readonly to: string;
}

/** Requests for predictions of one model. */
export interface TrafficRecord extends ServiceSpan {
  readonly requests: number;
  /** Answered with 5xx: the service failed. */
  readonly errors: number;
  /** Answered with 4xx: the client erred. */
  readonly refused: number;
  /** Bodies, as their headers say. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Requests by {@link latencyBucket}; buckets without any are left out. */
  readonly latency: readonly (readonly [bucket: number, requests: number])[];
  /** The same by the version that answered or failed, while a rollout shares requests out. */
  readonly arms?: readonly ArmTraffic[];
}

/** Requests of one arm of a rollout. */
export interface ArmTraffic {
  readonly version: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: readonly (readonly [bucket: number, requests: number])[];
}

export interface ProcessRecord extends ServiceSpan {
  /** Of the span's end, so much was vouched for by a probe that was answered: ready to serve. */
  readonly upMs: number;
  /** Of one core: 1 is a core fully used. */
  readonly cpuShare: number;
  readonly memoryBytes: number;
}

const LEAST_MS = 0.1;
const PER_DECADE = 20;
/** Up to 100 s; the first bucket holds what is faster than 0.1 ms, the last what is slower. */
export const LATENCY_BUCKETS = 6 * PER_DECADE + 2;

/** Bucket of a latency: bounds grow by 12 %, so that a percentile is known as well. */
export function latencyBucket(ms: number): number {
  if (!(ms >= LEAST_MS)) return 0;
  return Math.min(LATENCY_BUCKETS - 1, 1 + Math.floor(PER_DECADE * Math.log10(ms / LEAST_MS)));
}

/** Lower and upper bound of a bucket in ms; the last one has no upper bound, and repeats its lower. */
export function latencyBounds(bucket: number): { readonly lowMs: number; readonly highMs: number } {
  const bound = (i: number) => LEAST_MS * 10 ** (i / PER_DECADE);
  if (bucket <= 0) return { lowMs: 0, highMs: LEAST_MS };
  const lowMs = bound(Math.min(bucket, LATENCY_BUCKETS - 1) - 1);
  return { lowMs, highMs: bucket >= LATENCY_BUCKETS - 1 ? lowMs : bound(bucket) };
}

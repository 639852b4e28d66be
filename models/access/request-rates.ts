/** A rate of requests: so many a second in the long run, so many at once. */
export interface Rate {
  readonly requestsPerSecond: number;
  /** What may come at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Clients that are remembered; the one that has not called for longest is forgotten first. */
const MOST_CLIENTS = 10_000;

/**
 * A token bucket for each client: it holds up to `burst` requests and fills with the rate. Kept in
 * memory, so each gateway counts for itself.
 */
export class RequestRates {
  /** The one that called last is the last. */
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Takes one request.
   *
   * @returns 0, or how many ms the client has to wait for the next
   */
  take(client: string, { requestsPerSecond, burst }: Rate, nowMs: number): number {
    const bucket = this.#bucketOf(client, burst, nowMs);
    fill(bucket, { requestsPerSecond, burst }, nowMs);
    const waitMs = waitOf(bucket, requestsPerSecond);
    if (waitMs === 0) bucket.tokens -= 1;
    return waitMs;
  }

  /** The same without taking one. */
  wait(client: string, rate: Rate, nowMs: number): number {
    const bucket = this.#buckets.get(client);
    if (bucket === undefined) return 0;
    fill(bucket, rate, nowMs);
    return waitOf(bucket, rate.requestsPerSecond);
  }

  #bucketOf(client: string, burst: number, nowMs: number): Bucket {
    const known = this.#buckets.get(client);
    const bucket = known ?? { tokens: burst, atMs: nowMs };
    if (known !== undefined) this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > MOST_CLIENTS) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    return bucket;
  }
}

function fill(bucket: Bucket, { requestsPerSecond, burst }: Rate, nowMs: number): void {
  // A clock that is set back fills nothing.
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  bucket.tokens = Math.min(burst, bucket.tokens + (passedMs / 1_000) * requestsPerSecond);
  bucket.atMs = nowMs;
}

function waitOf({ tokens }: Bucket, requestsPerSecond: number): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / requestsPerSecond) * 1_000);
}

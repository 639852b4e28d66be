import { LATENCY_BUCKETS, latencyBucket, type TrafficRecord } from '../../../contracts/index.js';

/** What a meter counted of one model since it was last read. */
export type Traffic = Omit<TrafficRecord, 'from' | 'to'>;

/** Counts the requests of one model: nothing is allocated for one. */
class ModelMeter {
  requests = 0;
  errors = 0;
  refused = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly latency = new Uint32Array(LATENCY_BUCKETS);
  /** By version; empty while no rollout shares requests out. */
  readonly arms = new Map<number, ArmMeter>();

  take(): Traffic {
    const { requests, errors, refused, bytesIn, bytesOut } = this;
    const latency = takeLatency(this.latency);
    const arms = [...this.arms].map(([version, meter]) => ({ version, ...meter.take() }));
    this.arms.clear();
    this.requests = this.errors = this.refused = this.bytesIn = this.bytesOut = 0;
    const counted = { requests, errors, refused, bytesIn, bytesOut, latency };
    return arms.length === 0 ? counted : { ...counted, arms };
  }
}

class ArmMeter {
  requests = 0;
  errors = 0;
  readonly latency = new Uint32Array(LATENCY_BUCKETS);

  take() {
    const { requests, errors } = this;
    return { requests, errors, latency: takeLatency(this.latency) };
  }
}

/** Buckets that hold something; all are empty after. */
function takeLatency(buckets: Uint32Array): (readonly [bucket: number, requests: number])[] {
  const taken: (readonly [number, number])[] = [];
  buckets.forEach((count, bucket) => {
    if (count > 0) taken.push([bucket, count]);
  });
  buckets.fill(0);
  return taken;
}

/** Requests for predictions by model, between two readings. */
export class TrafficMeter {
  readonly #models = new Map<string, ModelMeter>();

  count(model: string, status: number, latencyMs: number, bytesIn: number, bytesOut: number): void {
    let meter = this.#models.get(model);
    if (meter === undefined) {
      meter = new ModelMeter();
      this.#models.set(model, meter);
    }
    meter.requests += 1;
    if (status >= 500) meter.errors += 1;
    else if (status >= 400) meter.refused += 1;
    meter.bytesIn += bytesIn;
    meter.bytesOut += bytesOut;
    const bucket = latencyBucket(latencyMs);
    meter.latency[bucket] = (meter.latency[bucket] ?? 0) + 1;
  }

  /** Besides {@link count}: by the arm of a rollout that answered. */
  countArm(model: string, version: number, status: number, latencyMs: number): void {
    const arms = this.#models.get(model)?.arms;
    if (arms === undefined) return;
    let meter = arms.get(version);
    if (meter === undefined) {
      meter = new ArmMeter();
      arms.set(version, meter);
    }
    meter.requests += 1;
    if (status >= 500) meter.errors += 1;
    const bucket = latencyBucket(latencyMs);
    meter.latency[bucket] = (meter.latency[bucket] ?? 0) + 1;
  }

  /** What was counted since the last call, of models that were asked at all. */
  take(): ReadonlyMap<string, Traffic> {
    const taken = new Map<string, Traffic>();
    for (const [model, meter] of this.#models) {
      if (meter.requests > 0) taken.set(model, meter.take());
      // Asked no more: a model that comes back has a new meter.
      else this.#models.delete(model);
    }
    return taken;
  }
}

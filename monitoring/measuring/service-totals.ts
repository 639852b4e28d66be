import {
  LATENCY_BUCKETS,
  latencyBounds,
  type ProcessRecord,
  type TrafficRecord,
} from '../../contracts/index.js';

interface Span {
  readonly fromMs: number;
  toMs: number;
}

/** Adds up what gateways wrote of a stretch of wall clock, in whatever order it comes. */
export class ServiceTotals {
  requests = 0;
  errors = 0;
  refused = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Largest of one record; `null` without one. */
  cpuShare: number | null = null;
  memoryBytes: number | null = null;
  /** Wall clock that the records cover; empty without one. */
  fromMs = Number.POSITIVE_INFINITY;
  toMs = Number.NEGATIVE_INFINITY;
  readonly #latency = new Float64Array(LATENCY_BUCKETS);
  /** Stretches in which a gateway was vouched for. */
  readonly #up: Span[] = [];

  addTraffic(record: TrafficRecord): void {
    this.requests += record.requests;
    this.errors += record.errors;
    this.refused += record.refused;
    this.bytesIn += record.bytesIn;
    this.bytesOut += record.bytesOut;
    for (const [bucket, count] of record.latency) {
      this.#latency[bucket] = (this.#latency[bucket] ?? 0) + count;
    }
    this.#cover(Date.parse(record.from), Date.parse(record.to));
  }

  addProcess({ from, to, upMs, cpuShare, memoryBytes }: ProcessRecord): void {
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
    this.cpuShare = Math.max(this.cpuShare ?? 0, cpuShare);
    this.memoryBytes = Math.max(this.memoryBytes ?? 0, memoryBytes);
    this.#cover(fromMs, toMs);
    const upFromMs = toMs - upMs;
    const last = this.#up.at(-1);
    // Records of one gateway follow one another: a day of them is one stretch.
    if (last?.toMs === upFromMs) last.toMs = toMs;
    else if (upMs > 0) this.#up.push({ fromMs: upFromMs, toMs });
  }

  /** Share of the covered time in which at least one gateway answered; `null` without a record. */
  uptimeShare(): number | null {
    const coveredMs = this.toMs - this.fromMs;
    if (this.cpuShare === null || !(coveredMs > 0)) return null;
    let upMs = 0;
    let untilMs = Number.NEGATIVE_INFINITY;
    for (const { fromMs, toMs } of this.#up.sort((a, b) => a.fromMs - b.fromMs)) {
      upMs += Math.max(0, toMs - Math.max(fromMs, untilMs));
      untilMs = Math.max(untilMs, toMs);
    }
    return Math.min(1, upMs / coveredMs);
  }

  /** Evenly within its bucket: known as well as the buckets are wide, 12 %. `null` without requests. */
  latencyMs(quantile: number): number | null {
    const total = this.#latency.reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    const rank = quantile * total;
    let below = 0;
    for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket += 1) {
      const count = this.#latency[bucket] ?? 0;
      if (count > 0 && below + count >= rank) {
        const { lowMs, highMs } = latencyBounds(bucket);
        return lowMs + (highMs - lowMs) * Math.max(0, (rank - below) / count);
      }
      below += count;
    }
    return null;
  }

  #cover(fromMs: number, toMs: number): void {
    this.fromMs = Math.min(this.fromMs, fromMs);
    this.toMs = Math.max(this.toMs, toMs);
  }
}

import { describe, expect, it } from 'vitest';
import {
  LATENCY_BUCKETS,
  latencyBounds,
  latencyBucket,
  type ProcessRecord,
  type TrafficRecord,
} from '../../../contracts/index.js';
import { breachesOf, serviceMeasurement } from '../../../monitoring/measuring/measure-service.js';
import { ServiceTotals } from '../../../monitoring/measuring/service-totals.js';
import { fc } from '../../support/property.js';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function up(from: number, to: number, over: Partial<ProcessRecord> = {}): ProcessRecord {
  const upMs = (to - from) * 1_000;
  return { from: at(from), to: at(to), upMs, cpuShare: 0.1, memoryBytes: 1e8, ...over };
}

function asked(from: number, to: number, latenciesMs: readonly number[]): TrafficRecord {
  const counts = new Map<number, number>();
  for (const ms of latenciesMs) {
    counts.set(latencyBucket(ms), (counts.get(latencyBucket(ms)) ?? 0) + 1);
  }
  const requests = latenciesMs.length;
  const none = { errors: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
  return { from: at(from), to: at(to), requests, ...none, latency: [...counts] };
}

describe('latency buckets', () => {
  it('hold every latency between their bounds, in order', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 99_000, noNaN: true }), (ms) => {
        const bucket = latencyBucket(ms);
        const { lowMs, highMs } = latencyBounds(bucket);
        expect(ms).toBeGreaterThanOrEqual(lowMs * (1 - 1e-9));
        expect(ms).toBeLessThanOrEqual(highMs * (1 + 1e-9));
      }),
    );
    expect(latencyBucket(0)).toBe(0);
    expect(latencyBucket(Number.NaN)).toBe(0);
    expect(latencyBucket(1e9)).toBe(LATENCY_BUCKETS - 1);
  });
});

describe('service health', () => {
  it('has percentiles as exact as the buckets, over all gateways', () => {
    const totals = new ServiceTotals();
    const latencies = Array.from({ length: 1_000 }, (_, i) => i + 1);
    totals.addTraffic(asked(0, 5, latencies.slice(0, 400)));
    totals.addTraffic(asked(0, 5, latencies.slice(400)));
    for (const quantile of [0.5, 0.95, 0.99]) {
      const exact = quantile * 1_000;
      const found = totals.latencyMs(quantile) ?? 0;
      expect(Math.abs(found - exact) / exact).toBeLessThan(0.12);
    }
  });

  it('counts time as up when at least one gateway answered', () => {
    const totals = new ServiceTotals();
    for (const [from, to] of [
      [0, 5],
      [5, 10],
      [30, 40],
    ] as const)
      totals.addProcess(up(from, to));
    totals.addProcess(up(8, 20));
    totals.addProcess(up(20, 25, { upMs: 0 }));
    // Up from 0 to 20 and from 30 to 40, of 40 seconds.
    expect(totals.uptimeShare()).toBeCloseTo(0.75, 10);
  });

  it('without a probe has no uptime, without a request no share of errors, without both nothing', () => {
    const totals = new ServiceTotals();
    expect(serviceMeasurement(totals)).toBeNull();
    totals.addProcess(up(0, 5));
    expect(serviceMeasurement(totals)).toMatchObject({
      requests: 0,
      errorShare: null,
      latencyP99Ms: null,
      uptimeShare: 1,
    });
    const unprobed = new ServiceTotals();
    unprobed.addTraffic(asked(0, 5, [3]));
    expect(serviceMeasurement(unprobed)).toMatchObject({ requests: 1, uptimeShare: null });
  });

  it('names each limit that is passed, and none that is not given', () => {
    const totals = new ServiceTotals();
    totals.addTraffic({ ...asked(0, 5, [400, 500]), errors: 1, bytesIn: 10, bytesOut: 20 });
    totals.addProcess(up(0, 10, { upMs: 4_000, cpuShare: 0.93, memoryBytes: 3 * 2 ** 30 }));
    const health = serviceMeasurement(totals);
    if (health === null) throw new Error('there are records');
    expect(health).toMatchObject({ from: at(0), to: at(10), requestsPerSecond: 0.2, bytesOut: 20 });
    expect(breachesOf(health, {})).toEqual([]);
    const limits = {
      latencyP99Ms: 100,
      errorShare: 0.1,
      uptimeShare: 0.99,
      cpuShare: 0.9,
      memoryBytes: 2 ** 30,
    };
    const breaches = breachesOf(health, limits);
    expect(breaches).toHaveLength(5);
    expect(breaches[1]).toBe('1 of 2 requests failed, 50 % (limit 10 %)');
    expect(breaches[2]).toBe('the gateway answered 40 % of the time (at least 99 %)');
  });
});

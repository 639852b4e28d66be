import { setTimeout as wait } from 'node:timers/promises';
import { latencyBounds } from '../../contracts/index.js';
import type { ServiceReader } from '../../models/predictions/ports.js';
import {
  type MetricSample,
  type Moments,
  momentsOfCounts,
  momentsOfShare,
} from '../../models/rollout/index.js';
import type { ArmsToMeasure } from '../../monitoring/policy/index.js';

/** Gateways tell of themselves each 5 s: the first whole span after a change has ended by then. */
const FIRST_RECORD_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 250;

/**
 * Waits until a gateway has told of a whole span of time since the shares were changed. A first look
 * would else find nothing, because nothing is written yet, and the next one may be far away.
 *
 * @param sinceMs - wall clock of the change; long after it there is nothing to wait for
 */
export async function awaitServiceRecords(
  service: Pick<ServiceReader, 'eachProcess'>,
  sinceMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (Date.now() < sinceMs + FIRST_RECORD_WITHIN_MS) {
    let isTold = false;
    await service.eachProcess(sinceMs, Date.now(), ({ from }) => {
      isTold ||= Date.parse(from) >= sinceMs;
    });
    if (isTold) return;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Errors and latencies of both arms, as the gateways counted them. */
export async function serviceSamples(
  service: Pick<ServiceReader, 'eachTraffic'>,
  model: string,
  { since, champion, challenger }: Pick<ArmsToMeasure, 'since' | 'champion' | 'challenger'>,
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

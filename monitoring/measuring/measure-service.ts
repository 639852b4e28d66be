import {
  formatDurationMs,
  type ServiceMeasurement,
  type ServiceSpec,
} from '../../contracts/index.js';
import { ServiceTotals } from './service-totals.js';
import type { Measured, WindowContext } from './window-part.js';

/**
 * How the gateways did while the rows of the window arrived, widened to whole records. It is of the
 * window, whatever versions served in it, and goes with the champion's measurement.
 */
export async function measureService(context: WindowContext): Promise<Measured> {
  const { deps, request, isChampion } = context;
  if (deps.service === undefined || !isChampion) return {};
  const { model, window, spec } = request;
  const arrivals = await deps.service.arrivals(model, window);
  if (arrivals === null) return {};
  const { fromMs, toMs } = arrivals;
  const totals = new ServiceTotals();
  await deps.service.eachTraffic(model, fromMs, toMs, (record) => totals.addTraffic(record));
  await deps.service.eachProcess(fromMs, toMs, (record) => totals.addProcess(record));
  const measured = serviceMeasurement(totals);
  if (measured === null) return {};
  return { service: { ...measured, breaches: breachesOf(measured, spec.service ?? {}) } };
}

type Health = Omit<ServiceMeasurement, 'breaches'>;

/** @returns `null` without a record */
export function serviceMeasurement(totals: ServiceTotals): Health | null {
  const { requests, errors, fromMs, toMs } = totals;
  if (toMs < fromMs) return null;
  const seconds = (toMs - fromMs) / 1_000;
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    requests,
    errors,
    refused: totals.refused,
    errorShare: requests === 0 ? null : errors / requests,
    latencyP50Ms: totals.latencyMs(0.5),
    latencyP95Ms: totals.latencyMs(0.95),
    latencyP99Ms: totals.latencyMs(0.99),
    requestsPerSecond: seconds > 0 ? requests / seconds : null,
    bytesIn: totals.bytesIn,
    bytesOut: totals.bytesOut,
    uptimeShare: totals.uptimeShare(),
    cpuShare: totals.cpuShare,
    memoryBytes: totals.memoryBytes,
  };
}

export function breachesOf(health: Health, limits: ServiceSpec): readonly string[] {
  const breaches: string[] = [];
  const { latencyP99Ms, errorShare, uptimeShare, cpuShare, memoryBytes } = health;
  const above = (value: number | null, limit: number | undefined): value is number =>
    value !== null && limit !== undefined && value > limit;
  if (above(latencyP99Ms, limits.latencyP99Ms)) {
    breaches.push(
      `99 % of requests took up to ${formatDurationMs(latencyP99Ms)} (limit ${formatDurationMs(limits.latencyP99Ms ?? 0)})`,
    );
  }
  if (above(errorShare, limits.errorShare)) {
    breaches.push(
      `${health.errors} of ${health.requests} requests failed, ${percent(errorShare)} (limit ${percent(limits.errorShare ?? 0)})`,
    );
  }
  if (
    uptimeShare !== null &&
    limits.uptimeShare !== undefined &&
    uptimeShare < limits.uptimeShare
  ) {
    breaches.push(
      `the gateway answered ${percent(uptimeShare)} of the time (at least ${percent(limits.uptimeShare)})`,
    );
  }
  if (above(cpuShare, limits.cpuShare)) {
    breaches.push(
      `a gateway used ${percent(cpuShare)} of a core (limit ${percent(limits.cpuShare ?? 0)})`,
    );
  }
  if (above(memoryBytes, limits.memoryBytes)) {
    breaches.push(
      `a gateway held ${mebibytes(memoryBytes)} of memory (limit ${mebibytes(limits.memoryBytes ?? 0)})`,
    );
  }
  return breaches;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

import type { Metrics } from '../../contracts/index.js';

/** A number the way a person reads it: four significant digits, no exponent in the usual range. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e15) {
    const digits = Math.max(0, 3 - Math.floor(Math.log10(size)));
    return String(Number(value.toFixed(digits)));
  }
  return value.toExponential(3);
}

/** A share as a percentage: 0.123 is `12.3 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(Math.round(share * 1000) / 10)} %`;
}

/** `mae 38.22, r2 0.91`: the first `limit` metrics. */
export function formatMetrics(metrics: Metrics, limit = Number.POSITIVE_INFINITY): string {
  const shown = Object.entries(metrics).slice(0, limit);
  return shown.map(([name, value]) => `${name} ${formatNumber(value)}`).join(', ');
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** @example formatBytes(1536); // '1.5 KiB' */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < BYTE_UNITS.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** A wall-clock or event time without its milliseconds: `2011-07-01 05:00:12`, in UTC. */
export function formatTime(time: string | null): string {
  return time === null ? '' : time.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

/** An event time; a midnight is named by its day: `2011-07-01`. */
export function formatMoment(time: string | null): string {
  return formatTime(time).replace(/ 00:00(:00)?$/, '');
}

/** @example stepCount(1); // '1 step' */
export function stepCount(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

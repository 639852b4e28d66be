import type { MetricInterval } from '../../contracts/index.js';

/** Names shown before the rest is counted. */
const NAMES_SHOWN = 5;

/** The first few names, and how many more there are. */
export function shortList(items: readonly string[]): string {
  const rest = items.length - NAMES_SHOWN;
  const shown = items.slice(0, NAMES_SHOWN).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

export function percent(share: number): string {
  return `${number(share * 100)} %`;
}

/** An interval in brackets; nothing where there is none. */
export function within(interval: MetricInterval | undefined): string {
  return interval === undefined
    ? ''
    : ` (95 %: ${number(interval.low)} to ${number(interval.high)})`;
}

export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** Three significant digits, without an exponent where a person would write none. */
export function number(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1_000 && magnitude < 1e9) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

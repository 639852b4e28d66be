import type { Verdict, VerdictKind } from '../../../contracts/index.js';

/** One rule of the response policy that a measurement matches. */
export interface Finding {
  readonly kind: Exclude<VerdictKind, 'ok' | 'insufficient'>;
  readonly rule: Verdict['rule'];
  /** One sentence with the numbers in it. */
  readonly reason: string;
  /** Name of the team's own condition, for the kind `condition`. */
  readonly condition?: string;
  /** Why the drift is only recorded: its estimated effect is within the limit. */
  readonly tolerated?: string;
}

/** A share as text: `12 %`, `3.5 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')} %`;
}

/** A number with four significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

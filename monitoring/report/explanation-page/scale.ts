import { roundTicks } from '../drift-page/axis.js';

/** Where values lie across a picture, in its units. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** @param low - value at `from`; equal to `high`: everything lies in the middle */
export function linearScale(low: number, high: number, from: number, to: number): Scale {
  const span = high - low;
  return {
    at: (value) =>
      round(span === 0 ? (from + to) / 2 : from + ((value - low) / span) * (to - from)),
    ticks: roundTicks(low, high),
  };
}

/** A tenth of a unit is less than the eye can tell. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A name as it fits beside a picture. */
export function short(text: string, most = 22): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

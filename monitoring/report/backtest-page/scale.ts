import { roundTicks } from '../drift-page/axis.js';

/** Where values lie in a picture: linear, by its two ends. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/**
 * @param low - value at `from`, in pixels
 * @param high - value at `to`; equal to `low`: everything lies in the middle
 */
export function linear(low: number, high: number, from: number, to: number): Scale {
  const span = high - low;
  const at = (value: number): number => {
    const share = span === 0 ? 0.5 : (value - low) / span;
    return Math.round((from + share * (to - from)) * 10) / 10;
  };
  return { at, ticks: roundTicks(low, high) };
}

/** Moments that are marked on an axis of time: months or years, at most so many. */
export function timeTicks(startMs: number, endMs: number, most: number): readonly number[] {
  const start = new Date(startMs);
  const months = (endMs - startMs) / (30.4 * 86_400_000);
  const step = [1, 2, 3, 6, 12, 24, 60].find((size) => months / size <= most) ?? 120;
  const first = Date.UTC(start.getUTCFullYear(), 0, 1);
  const ticks: number[] = [];
  for (let i = 0; ; i += step) {
    const tick = new Date(first);
    tick.setUTCMonth(i);
    if (tick.getTime() > endMs) break;
    if (tick.getTime() >= startMs) ticks.push(tick.getTime());
  }
  return ticks;
}

/** @example monthOf(Date.UTC(2011, 5, 1)); // '2011-06' */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

/** A path through the points; a `null` breaks it. */
export function pathThrough(points: readonly (readonly [number, number] | null)[]): string {
  let isOpen = false;
  return points
    .map((point) => {
      if (point === null) {
        isOpen = false;
        return '';
      }
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return `${command}${point[0]} ${point[1]}`;
    })
    .join('');
}

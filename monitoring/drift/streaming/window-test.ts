import type { RandomState } from './random-state.js';
import type { Rows } from './row-distances.js';

/** What is kept of a reference so that a window of the newest rows can be tested against it. */
export interface WindowTest {
  /** Replaces the oldest row of the window and gives the statistic over the window as it is then. */
  push(row: Rows): number;
}

/** How the reference is divided: what stays, and the rows that fill the window at the start. */
export interface ReferenceSplit {
  readonly kept: Int32Array;
  readonly first: Int32Array;
}

/** A two-sample statistic prepared for one reference. */
export interface PreparedStatistic {
  /**
   * The statistic's course on streams drawn from the reference: `windowSize` steps for each, with the
   * drawn rows taken out of the reference.
   */
  simulate(streams: number, random: RandomState): Float64Array;
  open(split: ReferenceSplit): WindowTest;
}

/**
 * Draws 2W rows for a window and the steps after it; the rest stays reference. The same number stays
 * in simulation and in use, so that both statistics have the same distribution.
 */
export function splitReference(
  count: number,
  windowSize: number,
  random: RandomState,
): ReferenceSplit {
  const places = Int32Array.from({ length: count }, (_, place) => place);
  random.chooseFirst(places, 2 * windowSize);
  return { kept: places.slice(2 * windowSize), first: places.slice(0, windowSize) };
}

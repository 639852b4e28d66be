import { coordinate } from './axis.js';

/** The inside of a picture: stretched over the space it is given. */
export const INNER_WIDTH = 1000;

/** Shapes of the two sides over one another. */
export interface Outlines {
  /** Closed, to be filled. */
  readonly reference: string;
  /** Open, to be drawn as a line. */
  readonly current: string;
}

/**
 * The outlines of two step functions.
 *
 * @param places - k + 1 ascending places in [0, 1]
 * @param reference - k heights in [0, 1]
 * @param current - k heights in [0, 1]
 * @param height - of the picture, in its own units
 * @returns path data with y downward, 0 at the bottom being `height`
 */
export function outlines(
  places: readonly number[],
  reference: readonly number[],
  current: readonly number[],
  height: number,
): Outlines {
  return {
    reference: `${stepPath(places, reference, height)}Z`,
    current: stepPath(places, current, height),
  };
}

function stepPath(places: readonly number[], heights: readonly number[], height: number): string {
  const at = (i: number) => coordinate((places[i] ?? 0) * INNER_WIDTH);
  const steps = heights.map((share, i) => `V${coordinate(height * (1 - share))}H${at(i + 1)}`);
  return `M${at(0)} ${height}${steps.join('')}V${height}`;
}

/** Places of k equally wide bins. */
export function evenPlaces(count: number): readonly number[] {
  return Array.from({ length: count + 1 }, (_, i) => i / count);
}

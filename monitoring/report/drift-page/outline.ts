import { coordinate } from './axis.js';

/** Units of the inside of a picture, which is stretched over the space that the picture has. */
export const INNER_WIDTH = 1000;
export const INNER_HEIGHT = 300;

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
 * @returns path data in the units of the inside, y downward
 */
export function outlines(
  places: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): Outlines {
  return {
    reference: `${stepPath(places, reference)}Z`,
    current: stepPath(places, current),
  };
}

function stepPath(places: readonly number[], heights: readonly number[]): string {
  const at = (i: number) => coordinate((places[i] ?? 0) * INNER_WIDTH);
  const steps = heights.map(
    (share, i) => `V${coordinate(INNER_HEIGHT * (1 - share))}H${at(i + 1)}`,
  );
  return `M${at(0)} ${INNER_HEIGHT}${steps.join('')}V${INNER_HEIGHT}`;
}

/** Places of k equally wide bins. */
export function evenPlaces(count: number): readonly number[] {
  return Array.from({ length: count + 1 }, (_, i) => i / count);
}

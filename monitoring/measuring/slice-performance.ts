import type { MetricInterval } from '../../contracts/index.js';
import { type LabelledSample, metricOf, pickSample } from './labelled-sample.js';
import { MOST_DRAWN_ROWS, performanceInterval } from './performance-interval.js';
import { placesOf } from './slice-rows.js';

/** Fewer labelled rows of a slice say nothing of it. */
export const SMALLEST_SLICE = 30;

/** Draws × rows of all slices of a window together: some seconds. */
const MOST_DRAWN_OF_ALL = 20_000_000;

/** What a model is worth on the rows of a slice. */
export interface SlicePerformance {
  /** Rows with a label. */
  readonly rows: number;
  /** `null` with too few of them, and where the metric is not defined on them. */
  readonly value: number | null;
  readonly interval: MetricInterval | null;
}

/**
 * @param mask - 1 for each row of the sample that is in the slice
 * @param slices - how many slices share the work of the bootstrap
 */
export function slicePerformance(
  sample: LabelledSample,
  metric: string,
  mask: Uint8Array,
  slices: number,
): SlicePerformance {
  const places = placesOf(mask);
  const rows = places.length;
  if (rows < SMALLEST_SLICE) return { rows, value: null, interval: null };
  const part = pickSample(sample, places);
  const value = metricOf(part, metric);
  if (value === null) return { rows, value, interval: null };
  const mostDrawn = Math.min(MOST_DRAWN_ROWS, MOST_DRAWN_OF_ALL / slices);
  return { rows, value, interval: performanceInterval(part, metric, value, mostDrawn) };
}

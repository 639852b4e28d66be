import type { Detector, StreamValue } from '../../../../monitoring/drift/streaming/index.js';

export interface Alarms {
  readonly drifts: readonly number[];
  readonly warnings: readonly number[];
  /** What `sinceChange` was at each drift. */
  readonly ages: readonly (number | null)[];
}

/** Every alarm of a detector over a stream, as indices from 0. */
export function alarmsOn<X extends StreamValue>(
  detector: Detector<X>,
  values: Iterable<X>,
): Alarms {
  const [drifts, warnings, ages]: [number[], number[], (number | null)[]] = [[], [], []];
  let index = 0;
  for (const value of values) {
    const { warning, drift } = detector.update(value);
    if (warning) warnings.push(index);
    if (drift) {
      drifts.push(index);
      ages.push(detector.sinceChange);
    }
    index += 1;
  }
  return { drifts, warnings, ages };
}

import type { WindowMeasurement } from '../../../contracts/index.js';

/**
 * Start of the first window of an unbroken row of windows in which something shows, the present one
 * being the last. A window that cannot tell (`null`) does not break the row.
 *
 * @param earlier - windows before the present one, oldest first
 * @param shows - whether it shows in a window
 */
export function shownSince(
  present: WindowMeasurement,
  earlier: readonly WindowMeasurement[],
  shows: (measurement: WindowMeasurement) => boolean | null,
): string {
  let since = present.window.start;
  for (const measurement of [...earlier].reverse()) {
    const shown = shows(measurement);
    if (shown === false) break;
    if (shown === true) since = measurement.window.start;
  }
  return since;
}

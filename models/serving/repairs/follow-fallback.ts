import type { Place } from '../place.js';
import type { VersionSlot } from '../version-slot.js';

/**
 * Holds ready the version that is to answer beside the champion, or gives it up. A champion that is its
 * own fallback needs none.
 *
 * @param wanted - `null`: no repair holds that names one
 * @returns whether another version answers from now on
 */
export function followFallback(
  place: Place,
  wanted: number | null,
  newSlot: () => VersionSlot,
): boolean {
  if (wanted !== null && wanted !== place.champion.wanted) {
    place.fallback ??= newSlot();
    place.fallback.want(wanted);
    return false;
  }
  // The champion was held ready and takes over at once; where it still loads the fallback stays.
  const { fallback, champion } = place;
  if (fallback === null || champion.serving === null || !champion.isSettled) return false;
  place.fallback = null;
  const answered = fallback.serving !== null;
  fallback.close();
  return answered;
}

import {
  type ArtifactRef,
  type FeatureHistogram,
  MEDIA_TYPE,
  type WindowHistograms,
} from '../../contracts/index.js';
import { type ColumnProfile, type ColumnValues, countBins } from '../drift/index.js';
import type { WindowContext } from './window-part.js';

/** Categories that are counted one by one; the rest of the reference's counts as one. */
export const COUNTED_CATEGORIES = 50;

/**
 * Rows of a window's column on the bins of its reference.
 *
 * @param current - `undefined` where the window has no such column
 */
export function histogramOf(
  profile: ColumnProfile,
  current: ColumnValues | undefined,
): FeatureHistogram {
  const { name } = profile;
  const rows = current?.values.length ?? 0;
  const counts = countsOf(profile, current);
  return { name, counts, missing: rows - counts.reduce((sum, count) => sum + count, 0) };
}

/** Keeps the histograms of a window with the profile whose bins they are on. */
export async function storeHistograms(
  { deps, request, version, profile, rows }: WindowContext,
  features: readonly FeatureHistogram[],
): Promise<ArtifactRef> {
  const histograms: WindowHistograms = {
    window: request.window,
    version: version.version,
    rows: rows.rows,
    profile: profile.ref,
    features,
  };
  return deps.artifacts.putJson(histograms, MEDIA_TYPE.histograms);
}

function countsOf(profile: ColumnProfile, current: ColumnValues | undefined): number[] {
  if (profile.kind === 'numeric') {
    const values = current?.kind === 'numeric' ? current.values : new Float64Array();
    // A reference without a value has no bins: whatever there is now counts as one.
    if (profile.bins === null) return [values.filter((value) => !Number.isNaN(value)).length];
    return Array.from(countBins(profile.bins.edges, values));
  }
  const known = profile.categories.slice(0, COUNTED_CATEGORIES);
  const counts = new Array<number>(known.length + 1).fill(0);
  if (current?.kind !== 'categorical') return counts;
  const places = new Map(known.map(({ value }, place) => [value, place]));
  for (const value of current.values) {
    if (value === null) continue;
    const place = places.get(value) ?? known.length;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

import type { RootCause, WindowMeasurement } from '../../../contracts/index.js';
import { shownSince } from './since.js';
import { percent, short } from './words.js';

const SLICES_NAMED = 3;

/** Slices that lost the most, and groups that are treated otherwise. */
export function sliceCauses(
  measurement: WindowMeasurement,
  earlier: readonly WindowMeasurement[],
): readonly RootCause[] {
  const lost = (measurement.slices ?? [])
    .filter(({ verdict }) => verdict === 'lost')
    .sort((a, b) => (b.relativeLoss ?? 0) - (a.relativeLoss ?? 0))
    .slice(0, SLICES_NAMED)
    .map(
      ({ name, metric, value, baseline, relativeLoss, labelledRows }): RootCause => ({
        what: 'slice',
        name,
        detail: `${metric} of the slice ${name} is ${value === null ? 'not known' : short(value)}, ${percent(relativeLoss ?? 0)} worse than ${baseline === null ? 'its baseline' : short(baseline)} (${labelledRows} labels)`,
        since: shownSince(measurement, earlier, (before) => sliceLost(before, name)),
      }),
    );
  const unfair = (measurement.fairness ?? [])
    .filter(({ verdict }) => verdict === 'unfair')
    .map(
      ({ column, criterion, lowest, breach }): RootCause => ({
        what: 'slice',
        name: lowest === null ? column : `${column} = ${lowest}`,
        detail: `${criterion} over ${column}: ${breach ?? 'past its limit'}`,
        since: measurement.window.start,
      }),
    );
  return [...lost, ...unfair];
}

function sliceLost({ slices }: WindowMeasurement, name: string): boolean | null {
  const slice = slices?.find((item) => item.name === name);
  if (slice === undefined || slice.verdict === 'insufficient') return null;
  return slice.verdict === 'lost';
}

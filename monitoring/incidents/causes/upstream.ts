import type { QualityBreach, RootCause, WindowMeasurement } from '../../../contracts/index.js';
import { shownSince } from './since.js';
import { percent, short } from './words.js';

/** What the data itself shows to have changed before it reached the model. */
export function upstreamCauses(
  measurement: WindowMeasurement,
  earlier: readonly WindowMeasurement[],
): readonly RootCause[] {
  return [
    ...brokenColumns(measurement, earlier),
    ...volumeCause(measurement, earlier),
    ...outcomeCause(measurement),
  ];
}

function brokenColumns(
  measurement: WindowMeasurement,
  earlier: readonly WindowMeasurement[],
): readonly RootCause[] {
  return [...measurement.quality.breaches]
    .sort((a, b) => b.observed - b.limit - (a.observed - a.limit))
    .map((breach) => ({
      what: 'upstream',
      name: breach.column,
      detail: breachSentence(breach),
      since: shownSince(measurement, earlier, ({ quality }) =>
        quality.breaches.some(
          ({ column, check }) => column === breach.column && check === breach.check,
        ),
      ),
    }));
}

function breachSentence({ column, check, observed, limit }: QualityBreach): string {
  const rows = `${percent(observed)} of rows (limit ${percent(limit)})`;
  switch (check) {
    case 'missing-column':
      return `${column} is gone: no row has it, as after a change of the schema`;
    case 'wrong-type':
      return `${column} comes as another type in ${rows}`;
    case 'missing-values':
      return `${column} is missing in ${rows}`;
    case 'out-of-range':
      return `${column} lies outside its plausible range in ${rows}, as after a change of the unit`;
    case 'unseen-values':
      return `${column} has values that the reference never had in ${rows}`;
    case 'duplicate-rows':
      return `${rows} are repeated, as when a sender sends twice`;
    case 'low-volume':
    case 'high-volume':
      return `${short(observed)} times the rows of the same hours of the week before (limit ${short(limit)})`;
  }
}

function volumeCause(
  measurement: WindowMeasurement,
  earlier: readonly WindowMeasurement[],
): readonly RootCause[] {
  const { volume, quality } = measurement;
  const isNamed = quality.breaches.some(({ check }) => check.endsWith('-volume'));
  if (volume === undefined || isNamed) return [];
  const { verdict, rows, expected } = volume;
  if ((verdict !== 'low' && verdict !== 'high') || expected === null) return [];
  return [
    {
      what: 'upstream',
      name: 'volume',
      detail: `${rows} rows where about ${short(expected)} were due`,
      since: shownSince(measurement, earlier, (before) =>
        before.volume === undefined ? null : before.volume.verdict === verdict,
      ),
    },
  ];
}

/** Errors rose while no input moved: what follows from the same inputs is another thing now. */
function outcomeCause({ concept, featureDrift, labelDrift }: WindowMeasurement): RootCause[] {
  if (concept?.verdict !== 'drift' || (featureDrift?.driftedColumns.length ?? 0) > 0) return [];
  const labels = labelDrift?.verdict === 'drift' ? ', and labels moved' : '';
  const [before, since] = [concept.before, concept.since].map((mean) =>
    mean === null ? '?' : short(mean),
  );
  return [
    {
      what: 'upstream',
      name: 'outcome',
      detail: `no input moved${labels}: what follows from the same inputs changed (mean error ${before} before, ${since} since)`,
      since: concept.changedFrom,
    },
  ];
}

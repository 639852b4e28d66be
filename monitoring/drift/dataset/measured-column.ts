import type { ColumnShift } from '../../../contracts/index.js';
import { seededRandom } from '../samples/seeded-random.js';
import type { EffectComparison, Measure } from '../univariate/measure.js';
import { missingNote } from './column-notes.js';
import { type ColumnIdentity, type ComparedColumn, unmeasuredColumn } from './compared-column.js';
import type { DrawStatistic } from './resampling/chance-of-counts.js';
import { resampledPValue, tailPower } from './resampling/chance-tail.js';

/** What a measure made of a column. */
export interface Measured {
  readonly measure: Measure;
  readonly result: EffectComparison;
  readonly shift: ColumnShift | null;
  /** Sentences; those that are `null` are left out. */
  readonly notes: readonly (string | null)[];
}

/**
 * A column that was measured: with the p-value of the test, or for a distance that of chance draws.
 *
 * @param chance - called only where the measure is a distance
 */
export function measuredColumn(
  column: ColumnIdentity,
  { measure, result, shift, notes }: Measured,
  chance: (random: () => number) => DrawStatistic,
  seed: number,
): ComparedColumn {
  const { statistic, effect } = result;
  if (statistic === null || effect === null) {
    return unmeasuredColumn(column, measure.name, `${measure.name} has no result on these values`);
  }
  const pValue =
    measure.form === 'test'
      ? result.pValue
      : resampledPValue(
          statistic,
          chance(seededRandom(seedOfColumn(column.name, seed))),
          tailPower(measure),
        );
  const said = [...notes, missingNote(column)].filter((note) => note !== null);
  return {
    ...unmeasuredColumn(column, measure.name, ''),
    statistic,
    pValue,
    effect: { measure: measure.effectMeasure, value: effect, threshold: measure.smallestEffect },
    note: said.length === 0 ? null : said.join('; '),
    shift,
  };
}

/** Columns draw from streams of their own, whatever order or thread they are compared in. */
function seedOfColumn(name: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return hash;
}

import type {
  DuplicateMeasurement,
  QualityBreach,
  QualitySpec,
  VolumeMeasurement,
} from '../../contracts/index.js';
import type { Column } from '../../storage/tabular/table.js';
import { type ColumnProfile, type ColumnValues, checkColumnQuality } from '../drift/index.js';
import { rowsWithValue } from './table-columns.js';

/** What a breach names that is of the rows and of no column. */
export const ALL_COLUMNS = '*';

/**
 * What is wrong with one column of a window. Text where the reference has numbers is a wrong type,
 * and nothing else is asked of it.
 *
 * @param values - the column as the reference types it
 */
export function columnBreaches(
  profile: ColumnProfile,
  column: Column | undefined,
  values: ColumnValues | undefined,
  quality: QualitySpec = {},
): readonly QualityBreach[] {
  if (column?.kind === 'string' && profile.kind === 'numeric') {
    const present = rowsWithValue(column).length;
    if (present > 0) {
      const observed = present / column.values.length;
      return [{ column: profile.name, check: 'wrong-type', observed, limit: 0 }];
    }
  }
  const { missing, outOfRange, unseen } = { ...quality, ...ownLimits(quality, profile.name) };
  return checkColumnQuality(profile, values, {
    ...(missing !== undefined && { missing }),
    ...(outOfRange !== undefined && { outOfRange }),
    ...(unseen !== undefined && { unseen }),
  });
}

/** What is wrong with the rows as a whole. */
export function rowBreaches(
  duplicates: DuplicateMeasurement,
  volume: VolumeMeasurement | undefined,
): readonly QualityBreach[] {
  const breaches: QualityBreach[] = [];
  const { share, limit } = duplicates;
  if (limit !== null && share > limit) {
    breaches.push({ column: ALL_COLUMNS, check: 'duplicate-rows', observed: share, limit });
  }
  if (volume === undefined || volume.ratio === null) return breaches;
  const { verdict, ratio, below, above } = volume;
  if (verdict === 'low' && below !== null) {
    breaches.push({ column: ALL_COLUMNS, check: 'low-volume', observed: ratio, limit: below });
  }
  if (verdict === 'high' && above !== null) {
    breaches.push({ column: ALL_COLUMNS, check: 'high-volume', observed: ratio, limit: above });
  }
  return breaches;
}

export function duplicatesOf(
  repeatedRows: number,
  rows: number,
  quality: QualitySpec = {},
): DuplicateMeasurement {
  const share = rows === 0 ? 0 : repeatedRows / rows;
  return { rows: repeatedRows, share, limit: quality.duplicates ?? null };
}

function ownLimits({ columns }: QualitySpec, name: string): QualitySpec {
  return columns !== undefined && Object.hasOwn(columns, name) ? (columns[name] ?? {}) : {};
}

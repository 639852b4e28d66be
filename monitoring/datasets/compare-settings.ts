import type { ColumnPicture } from '../../contracts/index.js';
import type { OpenTable } from '../../storage/tabular/index.js';
import type { ColumnOptions, ComparedColumn, DataProfile } from '../drift/index.js';
import { findMeasure } from '../drift/index.js';

/** How columns are compared: plain data, the same in every thread. */
export interface CompareSettings {
  /** Name in the registry of measures; `null` chooses by kind and size. */
  readonly test: string | null;
  /** Fewer values than this on a side are no sample. */
  readonly minRows: number;
  /** Of every resampling. */
  readonly seed: number;
  readonly withPictures: boolean;
}

/** What a comparison starts from: data, or a profile that stands for it. */
export type ReferenceSide =
  | { readonly of: 'table'; readonly table: OpenTable }
  | { readonly of: 'profile'; readonly profile: DataProfile };

/** One column compared, before the verdict over all columns. */
export interface ColumnOutcome {
  readonly compared: ComparedColumn;
  readonly picture: ColumnPicture | null;
}

/** The settings as the statistics take them. */
export function columnOptions({ test, minRows, seed }: CompareSettings): ColumnOptions {
  return { minRows, seed, ...(test !== null && { measure: findMeasure(test) }) };
}

import type { FailureType } from '../../../contracts/index.js';
import type { DataProfile } from '../../drift/index.js';
import type { ColumnGroup } from '../compare-planned.js';
import type { ColumnOutcome, CompareSettings } from '../compare-settings.js';

/** Parquet files that a lane opens for itself. */
export interface LaneFiles {
  /** `null` where a profile stands for the reference: its columns come with the work. */
  readonly reference: string | null;
  readonly current: string;
}

/** What a lane starts with. */
export interface LaneStart {
  readonly files: LaneFiles;
  readonly settings: CompareSettings;
  /** Most rows of a side. */
  readonly rows: number;
}

/** Columns for a lane to compare, with what a profile says of them; `null` ends it. */
export type LaneWork = { readonly group: ColumnGroup; readonly profile: DataProfile | null } | null;

/** What a lane says. Each message but an error asks for more work. */
export type LaneReport =
  | { readonly of: 'outcomes'; readonly outcomes: readonly ColumnOutcome[] }
  | {
      readonly of: 'error';
      /** `null` where it was no MillraceError. */
      readonly type: FailureType | null;
      readonly message: string;
      readonly hint: string | undefined;
    };

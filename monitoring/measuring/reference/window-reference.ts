import type { ReferenceUsed } from '../../../contracts/index.js';
import type { ColumnProfile, ConfidenceProfiles } from '../../drift/index.js';
import type { ReferenceRows } from './reference-rows.js';

/** What a window is compared with. */
export interface WindowReference {
  /** `null` for the version's own profile. */
  readonly used: ReferenceUsed | null;
  /** Of the content that it was made from: what was found out about it holds for the same. */
  readonly id: string;
  readonly features: readonly ColumnProfile[];
  readonly prediction: ColumnProfile;
  readonly target: ColumnProfile;
  /** `null` where the version has no probabilities. */
  readonly confidence: ConfidenceProfiles | null;
  /** Name of the column of `rows` that has labels. */
  readonly targetColumn: string;
  /** The rows themselves, or a part of them, for methods that compare all columns together. */
  rows(): Promise<ReferenceRows>;
  /** Rows can no longer be read. */
  close(): Promise<void>;
}

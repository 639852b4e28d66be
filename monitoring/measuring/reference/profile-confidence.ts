import {
  buildColumnProfile,
  type ConfidenceProfiles,
  type WindowSplit,
} from '../../drift/index.js';
import type { ConfidenceColumns } from '../confidence-columns.js';

/** Profiles of how sure a version was of the rows of a reference. */
export function profileConfidence(
  { confidence, uncertainty }: ConfidenceColumns,
  split: WindowSplit,
  minRows: number,
): ConfidenceProfiles {
  return {
    confidence: buildColumnProfile('confidence', confidence, split, minRows),
    uncertainty: buildColumnProfile('uncertainty', uncertainty, split, minRows),
  };
}

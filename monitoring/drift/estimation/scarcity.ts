import { MINIMUM_REFERENCE_CHUNKS, type PerformanceThresholds } from './thresholds.js';
import type { InvalidityReason } from './validity.js';

/** Fewer rows than this are too few for a share or a mean, whatever it is of. */
export const SMALLEST_CHUNK = 30;
/** More rows than this share with something missing, and the rest may not stand for them. */
const MISSING_SHARE = 0.05;

export function fewRows(rows: number, what: string): readonly InvalidityReason[] {
  if (rows >= SMALLEST_CHUNK) return [];
  return [{ code: 'few-rows', message: `${rows} ${what}, and ${SMALLEST_CHUNK} are the least` }];
}

export function missingRows(left: number, of: number, what: string): readonly InvalidityReason[] {
  if (of === 0 || left / of <= MISSING_SHARE) return [];
  const message = `${left} of ${of} rows of ${what} are left out: something in them is missing`;
  return [{ code: 'missing-values', message }];
}

export function fewReferenceChunks({
  chunks,
  chunkRows,
  method,
}: PerformanceThresholds): readonly InvalidityReason[] {
  if (method === 'reference-chunks') return [];
  return [
    {
      code: 'few-reference-chunks',
      message: `the reference has ${chunks} measurable chunks of ${chunkRows} rows, ${MINIMUM_REFERENCE_CHUNKS} are the least: thresholds come from its sampling error`,
    },
  ];
}

import { SMALLEST_SAMPLE } from './smallest-sample.js';
import { MINIMUM_REFERENCE_CHUNKS, type PerformanceThresholds } from './thresholds.js';
import type { InvalidityReason } from './validity.js';

/** More rows than this share with something missing, and the rest may not stand for them. */
const MISSING_SHARE = 0.05;

export function fewRows(rows: number, what: string): readonly InvalidityReason[] {
  if (rows >= SMALLEST_SAMPLE) return [];
  return [{ code: 'few-rows', message: `${rows} ${what}, and ${SMALLEST_SAMPLE} are the least` }];
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
  lower,
}: PerformanceThresholds): readonly InvalidityReason[] {
  if (method === 'reference-chunks') return [];
  const instead =
    lower === null ? 'there are no thresholds' : 'thresholds come from its sampling error';
  return [
    {
      code: 'few-reference-chunks',
      message: `the reference has ${chunks} whole chunk${chunks === 1 ? '' : 's'} of ${chunkRows} rows, ${MINIMUM_REFERENCE_CHUNKS} are the least: ${instead}`,
    },
  ];
}

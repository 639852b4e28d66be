import type { OutlierSide } from '../../../contracts/drift-report.js';

/**
 * The rows whose score passes the threshold.
 *
 * @param places - row of each score; by default 0, 1, 2 …
 */
export function outlierSide(
  scores: ArrayLike<number>,
  threshold: number,
  places?: ArrayLike<number>,
): OutlierSide {
  const indices: number[] = [];
  const passed: number[] = [];
  for (let i = 0; i < scores.length; i += 1) {
    const score = scores[i] ?? 0;
    if (score <= threshold) continue;
    indices.push(places?.[i] ?? i);
    passed.push(score);
  }
  const rows = scores.length;
  return {
    rows,
    outliers: indices.length,
    rate: rows === 0 ? null : indices.length / rows,
    indices,
    scores: passed,
  };
}

export const NOTHING_JUDGED: OutlierSide = {
  rows: 0,
  outliers: 0,
  rate: null,
  indices: [],
  scores: [],
};

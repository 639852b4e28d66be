import type { QualityBreach, WindowMeasurement } from '../../../contracts/index.js';
import { type Finding, percent, short } from './finding.js';

/** Rule 1: what came cannot be judged, or nothing came. */

/** Nothing came, or far fewer rows than the same hours of earlier weeks had. */
export function noData({ rows, volume }: WindowMeasurement, minRows: number): Finding | null {
  if (rows >= minRows || volume?.verdict !== 'low') return null;
  const { expected, below } = volume;
  const due = expected === null ? 'data was due' : `about ${short(expected)} were due`;
  const limit = below === null ? '' : ` (limit ${percent(below)} of them)`;
  return { kind: 'no-data', rule: 1, reason: `${rows} rows came where ${due}${limit}` };
}

export function dataQualityBreak({ quality }: WindowMeasurement): Finding | null {
  const [worst, ...others] = quality.breaches;
  if (worst === undefined) return null;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return { kind: 'data-quality-break', rule: 1, reason: `${breachText(worst)}${more}` };
}

function breachText({ check, column, observed, limit }: QualityBreach): string {
  const against = `${percent(observed)} of rows (limit ${percent(limit)})`;
  switch (check) {
    case 'low-volume':
    case 'high-volume':
      return `${check}: ${percent(observed)} of the rows that were due (limit ${percent(limit)})`;
    case 'duplicate-rows':
      return `${check}: ${against}`;
    default:
      return `${check} in ${column}: ${against}`;
  }
}

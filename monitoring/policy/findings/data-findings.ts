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

/** What the model is given is not what it was trained on: a fault of the pipeline of features. */
export function featureSkew({ featureSkew: skew }: WindowMeasurement): Finding | null {
  if (skew === undefined || skew.verdict !== 'skew') return null;
  const { features, limit } = skew;
  const past = features.filter(({ share }) => share !== null && share > limit);
  const named = past.map(({ view, feature, share, missing, rows }) => {
    const lacking = missing > 0 ? `, ${percent(missing / rows)} not found online` : '';
    return `${percent(share ?? 0)} of ${view}:${feature}${lacking}`;
  });
  const reason = `looked-up features differ from their source: ${named.join('; ')} (limit ${percent(limit)})`;
  return { kind: 'feature-skew', rule: 1, reason };
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

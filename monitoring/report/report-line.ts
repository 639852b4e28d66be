import type { DriftVerdict } from '../../contracts/index.js';

/** One line of a measurement: what was looked at, how it came out, the numbers behind it. */
export interface ReportLine {
  readonly subject: string;
  readonly verdict: 'ok' | 'bad' | 'unknown';
  readonly text: string;
}

export function tone(verdict: DriftVerdict): ReportLine['verdict'] {
  return verdict === 'drift' ? 'bad' : verdict === 'no-drift' ? 'ok' : 'unknown';
}

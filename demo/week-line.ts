import type { Style } from '../cli/render/style.js';
import type { WeekResult } from './story.js';

/** One week as a line: who served, how wrong it was, what moved, what was done. */
export function weekLine(
  { start, measurement, decision, response }: WeekResult,
  style: Style,
): string {
  const performance = measurement?.performance ?? null;
  const drift = measurement?.featureDrift ?? null;
  const mae = performance?.value == null ? '' : `MAE ${performance.value.toFixed(1).padStart(5)}`;
  const loss =
    performance?.relativeLoss == null
      ? ''
      : `${signed(performance.relativeLoss)} against its baseline`;
  const moved =
    drift === null ? '' : `${drift.driftedColumns.length}/${drift.measuredColumns} inputs moved`;
  const cells = [start.slice(0, 10), `v${decision.version}`, mae, loss.padEnd(30), moved];
  return `  ${cells.join('  ')}  ${outcome(decision, response, style)}`;
}

function outcome(
  { verdict, signalled }: WeekResult['decision'],
  response: WeekResult['response'],
  style: Style,
): string {
  if (verdict.kind === 'ok') return style.green('ok');
  if (signalled === null) {
    const waiting = verdict.breaches.seen < verdict.breaches.needed;
    return style.dim(
      waiting
        ? `${verdict.kind}, ${verdict.breaches.seen} of ${verdict.breaches.needed}`
        : `${verdict.kind}, ${verdict.action}`,
    );
  }
  const came = response === null ? '' : `: ${cameOf(response)}`;
  return style.yellow(`${verdict.kind} → ${signalled}${came}`);
}

function cameOf(response: NonNullable<WeekResult['response']>): string {
  switch (response.action) {
    case 'rolled-back':
      return `version ${response.to} is back`;
    case 'retrain-held':
      return `held by ${String(response.evidence['guard'])}`;
    default:
      return response.reason;
  }
}

function signed(share: number): string {
  return `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(0)} %`;
}

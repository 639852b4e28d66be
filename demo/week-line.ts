import type { Style } from '../cli/render/style.js';
import type { WeekResult } from './story.js';

/** Titles of {@link weekLine}. */
export function weekTitles(style: Style): string {
  return style.dim(`  ${columns(['week of', '', 'MAE', 'loss', 'moved', 'verdict'])}`);
}

/**
 * One week as a line: who served, how wrong it was and by how much more than at its registration,
 * how many inputs moved, what was decided and done.
 */
export function weekLine(
  { start, measurement, decision, response }: WeekResult,
  style: Style,
): string {
  const performance = measurement?.performance ?? null;
  const drift = measurement?.featureDrift ?? null;
  return `  ${columns([
    start.slice(0, 10),
    `v${decision.version}`,
    performance?.value?.toFixed(1) ?? '–',
    performance?.relativeLoss == null ? '–' : signed(performance.relativeLoss),
    drift === null ? '–' : `${drift.driftedColumns.length}/${drift.measuredColumns}`,
    outcome(decision, response, style),
  ])}`;
}

function columns([
  week = '',
  version = '',
  mae = '',
  loss = '',
  moved = '',
  verdict = '',
]: readonly string[]): string {
  return `${week.padEnd(10)}  ${version.padEnd(3)} ${mae.padStart(6)} ${loss.padStart(7)} ${moved.padStart(6)}  ${verdict}`;
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
      return response.reason.replace(' was promoted', ' promoted');
  }
}

function signed(share: number): string {
  return `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(0)} %`;
}

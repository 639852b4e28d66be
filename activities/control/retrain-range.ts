import {
  formatEventTime,
  type JsonValue,
  parseEventTimeMs,
  type RetrainData,
  type RetrainRange,
  type RetrainRequest,
} from '../../contracts/index.js';

/** "All" begins where every source does. */
const BEGINNING_MS = 0;

/**
 * The rows that a retraining learns from. It ends with the window that led to it, or at the
 * request's own time: what came later is no part of what was judged. The cut is where the detector
 * says that the change began; without one everything counts as of one regime.
 *
 * @example retrainRange({ kind: 'trailing', lengthMs: 86_400_000 }, request).from; // a day before its end
 */
export function retrainRange(
  data: RetrainData,
  { window, asOf, evidence }: Pick<RetrainRequest, 'window' | 'asOf' | 'evidence'>,
): RetrainRange {
  const toMs = timeOf(window?.end) ?? timeOf(asOf) ?? BEGINNING_MS;
  const changedMs = timeOf(evidence['changedFrom']);
  const change = changedMs !== null && changedMs < toMs ? changedMs : null;
  const range = (fromMs: number, oldWeight = 1): RetrainRange => ({
    kind: data.kind,
    from: formatEventTime(fromMs),
    to: formatEventTime(toMs),
    cut: formatEventTime(Math.max(change ?? fromMs, fromMs)),
    changedFrom: change === null || change < fromMs ? null : formatEventTime(change),
    oldWeight,
  });
  switch (data.kind) {
    case 'all':
      return range(BEGINNING_MS);
    case 'trailing':
      return range(Math.max(BEGINNING_MS, toMs - data.lengthMs));
    case 'afterCut':
    case 'perRegime':
      return range(change ?? BEGINNING_MS);
    case 'combined':
      return range(BEGINNING_MS, data.oldWeight);
  }
}

function timeOf(value: JsonValue | undefined): number | null {
  return typeof value === 'string' ? parseEventTimeMs(value) : null;
}

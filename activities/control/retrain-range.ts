import {
  formatEventTime,
  type JsonValue,
  parseEventTimeMs,
  type RetrainData,
  type RetrainRange,
  type RetrainRequest,
} from '../../contracts/index.js';

/** Where nobody knows when the data begins, it begins where every source does. */
const EPOCH_MS = 0;

/**
 * The rows that a retraining learns from. It ends with the window that led to it, or at the
 * request's own time: what came later is no part of what was judged. The cut is where the detector
 * says that the change began; without one everything counts as of one regime.
 *
 * @param beginningMs - first event time that any version learned from; `null` where it is not known
 * @example retrainRange({ kind: 'trailing', lengthMs: 86_400_000 }, request).from; // a day before its end
 */
export function retrainRange(
  data: RetrainData,
  { window, asOf, evidence }: Pick<RetrainRequest, 'window' | 'asOf' | 'evidence'>,
  beginningMs: number | null = null,
): RetrainRange {
  const beginning = beginningMs ?? EPOCH_MS;
  const toMs = timeOf(window?.end) ?? timeOf(asOf) ?? EPOCH_MS;
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
      return range(beginning);
    case 'trailing':
      return range(Math.max(EPOCH_MS, toMs - data.lengthMs));
    case 'afterCut':
    case 'perRegime':
      return range(change ?? beginning);
    case 'combined':
      return range(beginning, data.oldWeight);
  }
}

function timeOf(value: JsonValue | undefined): number | null {
  return typeof value === 'string' ? parseEventTimeMs(value) : null;
}

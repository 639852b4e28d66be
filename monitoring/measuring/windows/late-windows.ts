import { type MonitorSpec, parseEventTimeMs, type TimeWindow } from '../../../contracts/index.js';
import type { PredictionLogSummary } from '../../../models/predictions/ports.js';
import { closingOf } from './closing.js';

/** What of a decided window may still be corrected by what comes late. */
export interface LateLimits {
  /** The watermark has not reached end + `allowedLateness`: the window closed because it was idle. */
  readonly rows: boolean;
  /** Nor end + `allowedLateness` + `labels.delay`. */
  readonly labels: boolean;
}

/**
 * Whether rows and labels that come now are inside their lateness for a window. Lateness is event
 * time alone: neither how long ago the window was decided nor a clock that was set back matters.
 */
export function lateLimits(
  spec: MonitorSpec,
  summary: PredictionLogSummary,
  window: TimeWindow,
): LateLimits {
  const endMs = parseEventTimeMs(window.end);
  if (endMs === null) return { rows: false, labels: false };
  const { passed } = closingOf(spec, summary, 0);
  return { rows: !passed(endMs, 0), labels: !passed(endMs, spec.labels.delayMs) };
}

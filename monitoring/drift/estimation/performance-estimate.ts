import type { RowRange } from './chunks.js';
import { around, isOutside, type PerformanceThresholds } from './thresholds.js';
import { collectValidity, type InvalidityReason, type Validity } from './validity.js';

/** What is estimated of a run of rows. */
export interface ChunkEstimate extends RowRange {
  /** Rows that the estimate is of: those with nothing missing. */
  readonly rows: number;
  /** `null` where the metric is not defined on the chunk. Never NaN. */
  readonly estimate: number | null;
  /** Standard error of the realised metric around the estimate. */
  readonly samplingError: number | null;
  /** Estimate ± 3 sampling errors, within the metric's range. */
  readonly low: number | null;
  readonly high: number | null;
  /** The metric from labels; absent where none are given, `null` where it is not defined. */
  readonly realised?: number | null;
  /** Rows that `realised` is of. */
  readonly labelled?: number;
  /** The estimate is outside the thresholds. */
  readonly alert: boolean;
  readonly reasons: readonly InvalidityReason[];
}

export interface PerformanceEstimate {
  /** As gates and monitors write it: `rocAuc`. */
  readonly metric: string;
  readonly method: 'confidence-based' | 'direct-loss';
  /** `positive-class` of two, `macro`: the plain mean over three or more; `rows`: no classes in it. */
  readonly average: 'positive-class' | 'macro' | 'rows';
  readonly thresholds: PerformanceThresholds;
  readonly chunks: readonly ChunkEstimate[];
  readonly validity: Validity;
}

/** What a method finds out about one chunk. */
export interface ChunkFigures extends RowRange {
  readonly rows: number;
  readonly estimate: number | null;
  readonly samplingError: number | null;
  readonly realised?: number | null;
  readonly labelled?: number;
  readonly reasons: readonly InvalidityReason[];
}

/** Puts band, alert and validity to what a method found. */
export function performanceEstimate(found: {
  readonly metric: string;
  readonly method: PerformanceEstimate['method'];
  readonly average: PerformanceEstimate['average'];
  readonly range: readonly [number, number];
  readonly thresholds: PerformanceThresholds;
  readonly chunks: readonly ChunkFigures[];
  readonly assumptions: readonly string[];
  readonly reasons: readonly InvalidityReason[];
}): PerformanceEstimate {
  const { metric, method, average, thresholds } = found;
  const chunks = found.chunks.map((chunk): ChunkEstimate => {
    const { estimate, samplingError } = chunk;
    const band =
      estimate === null || samplingError === null
        ? { lower: null, upper: null }
        : around(estimate, samplingError, found.range);
    return {
      ...chunk,
      low: band.lower,
      high: band.upper,
      alert: isOutside(thresholds, estimate, chunk.rows),
      reasons: [...chunk.reasons, ...contradiction(chunk)],
    };
  });
  const validity = collectValidity(
    found.assumptions,
    found.reasons,
    chunks.map(({ reasons }) => reasons),
  );
  return { metric, method, average, thresholds, chunks, validity };
}

/** Of a hundred chunks, one in three results would hold one beyond 3 by chance; beyond 4, none does. */
const CONTRADICTING_ERRORS = 4;

/** Labels of a part of the rows are given as much more room as fewer rows need. */
function contradiction(chunk: ChunkFigures): readonly InvalidityReason[] {
  const { estimate, samplingError, realised, rows, labelled } = chunk;
  if (estimate === null || samplingError === null) return [];
  if (realised === undefined || realised === null || labelled === undefined) return [];
  const error = samplingError * Math.sqrt(Math.max(1, rows / labelled));
  // An error of 0 leaves one number, which rounding must not leave.
  const slack = 1e-9 * Math.max(1, Math.abs(realised));
  if (Math.abs(realised - estimate) <= CONTRADICTING_ERRORS * error + slack) return [];
  const message = `labels give ${figure(realised)} where ${figure(estimate)} is estimated, more than ${CONTRADICTING_ERRORS} sampling errors apart: concept drift, or labels of other rows`;
  return [{ code: 'contradicted', message }];
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Why an estimate, or all of them, cannot be relied on. */
export interface InvalidityReason {
  readonly code: InvalidityCode;
  readonly message: string;
}

export type InvalidityCode =
  /** Too few rows to estimate from, or too few that the metric is about. */
  | 'few-rows'
  /** Labels of the reference are all of one class. */
  | 'single-class'
  /** Too few whole chunks in the reference: thresholds come from its sampling error. */
  | 'few-reference-chunks'
  /** Calibrated probabilities, or expected losses, are off on the reference itself. */
  | 'calibration'
  /** The model ranks rows of the reference worse than chance: the positive class may be the other. */
  | 'worse-than-chance'
  /** Rows lie where the reference has none. */
  | 'outside-reference'
  /** Rows were left out, since something of them is missing. */
  | 'missing-values'
  /** Labels of a class that the reference does not have. */
  | 'unknown-labels'
  /** The metric is not defined on these rows. */
  | 'undefined'
  /** Labels came and lie outside the band. */
  | 'contradicted';

export interface Validity {
  /** False where any reason speaks against the estimate; true is no proof. */
  readonly valid: boolean;
  /** What the method takes for granted and nothing but labels can check. */
  readonly assumptions: readonly string[];
  readonly reasons: readonly InvalidityReason[];
}

/** Stated with every estimate. */
export const NO_CONCEPT_DRIFT =
  'the relation between inputs and labels is that of the reference: under concept drift the estimate is wrong, and nothing without labels can tell';

/**
 * Reasons of the whole and of its chunks together; those of chunks once each, with how many chunks
 * they concern.
 */
export function collectValidity(
  assumptions: readonly string[],
  ofWhole: readonly InvalidityReason[],
  ofChunks: readonly (readonly InvalidityReason[])[],
): Validity {
  const chunks = new Map<InvalidityCode, { first: string; count: number }>();
  for (const reasons of ofChunks) {
    for (const { code, message } of reasons) {
      const known = chunks.get(code);
      if (known === undefined) chunks.set(code, { first: message, count: 1 });
      else known.count += 1;
    }
  }
  const reasons = [
    ...ofWhole,
    ...[...chunks].map(([code, { first, count }]) => ({
      code,
      message: `${count} of ${ofChunks.length} chunks: ${first}`,
    })),
  ];
  return { valid: reasons.length === 0, assumptions, reasons };
}

/** How the requests for one version are computed together, and how many may wait for it. */
export interface BatchLimits {
  /** Most rows of one run; a single request may have more. */
  readonly maxRows: number;
  /**
   * How long a request may wait for others. 0: it does not wait; what arrives during a run still goes
   * into the next one.
   */
  readonly maxDelayMs: number;
  /** Rows that may wait, besides those that are being computed; what comes then is refused. */
  readonly maxWaitingRows: number;
  /** Longest time from asking to the answer. */
  readonly timeoutMs: number;
}

export const DEFAULT_BATCH_LIMITS: BatchLimits = {
  maxRows: 256,
  maxDelayMs: 0,
  maxWaitingRows: 32_768,
  timeoutMs: 30_000,
};

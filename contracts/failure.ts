/**
 * The closed list of failure types. They are `ApplicationFailure.type` on the wire and what a
 * pipeline's `retry.nonRetryable` may name. Expected outcomes (a gate that says no, a guard that
 * holds) are results, never failures.
 */
export const FAILURE_TYPES = [
  /** Data, a parameter or a file is wrong; trying again gives the same answer. Exit code 65. */
  'InvalidInput',
  /** Data was read and found wanting: a critical expectation does not hold. */
  'ExpectationFailed',
  /** A stored artifact is missing or its content does not match its digest. */
  'ArtifactCorrupt',
  /** A step's process ended with an exit code other than 0 and 65, or by a signal. */
  'StepProcessFailed',
  /** A step's process exited 0 but broke the contract (no or malformed `outputs.json`). */
  'StepContractBroken',
  /**
   * A model does not answer as it did where it was trained: ONNX and the training library disagree, or
   * a version and its stored example do.
   */
  'ModelParityFailed',
  /** The registry database cannot be read or written. */
  'RegistryUnavailable',
  /** A gateway or the Temporal server did not answer. Exit code 69. */
  'ServiceUnavailable',
  /** People were asked, and nobody answered before the deadline. */
  'Unanswered',
  /** What was asked for does not exist (a run, a model, a version). */
  'NotFound',
  /** The machine lacks something that set-up installs (Python, a library). */
  'EnvironmentMissing',
  /** A defect in millrace itself. */
  'Internal',
] as const;

export type FailureType = (typeof FAILURE_TYPES)[number];

/** Failure types for which another attempt cannot help. */
export const NON_RETRYABLE_FAILURE_TYPES: readonly FailureType[] = [
  'InvalidInput',
  'ExpectationFailed',
  'ModelParityFailed',
  'NotFound',
  'EnvironmentMissing',
];

/**
 * Thrown when an operation fails for a known reason. The message says what was wrong and where; the
 * hint says what to do about it.
 *
 * @example throw new MillraceError('InvalidInput', 'no file at data/x.csv', 'check `with.source` of step ingest');
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';
  /**
   * What clients of a gateway are told in place of message and hint, where those name hosts, files or
   * what another program wrote; `null`: they may read both.
   */
  readonly told: string | null;

  constructor(
    readonly type: FailureType,
    message: string,
    readonly hint?: string,
    options?: { cause?: unknown; told?: string },
  ) {
    super(message, options);
    this.told = options?.told ?? null;
  }
}

/** A type from the wire as one of the closed list; `Internal` for any other. */
export function asFailureType(type: string | null | undefined): FailureType {
  return FAILURE_TYPES.find((known) => known === type) ?? 'Internal';
}

export function isMillraceError(error: unknown): error is MillraceError {
  return error instanceof Error && error.name === 'MillraceError';
}

/** What is kept of a message, and of a hint: its end, where a process says what was wrong. */
const WORDS_KEPT = 600;

/**
 * Message and hint of an error in one line, for a place where nobody sees its log.
 *
 * @example wholeReason(new MillraceError('ServiceUnavailable', 'the server ended with exit code 3', 'it wrote: no GPU'));
 * // 'the server ended with exit code 3 (it wrote: no GPU)'
 */
export function wholeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isMillraceError(error) ? (error.hint ?? '') : '';
  const end = hint.length > WORDS_KEPT ? `…${hint.slice(-WORDS_KEPT)}` : hint;
  const whole = `${message.slice(0, WORDS_KEPT)}${end === '' ? '' : ` (${end})`}`;
  return whole.replaceAll(/\s*\n\s*/g, ' / ');
}

import type { FailureType } from '../contracts/index.js';
import { isMillraceError } from '../contracts/index.js';

/** What a millrace process ends with. */
export const EXIT = {
  done: 0,
  /** The run or the check failed. */
  failed: 1,
  /** Wrong usage: an unknown command, option or argument. */
  usage: 2,
  /** Bad input: an invalid pipeline, unreadable data, a name that does not exist. */
  badInput: 65,
  /** Temporal, the gateway or the registry cannot be reached, or what starts them is not installed. */
  unavailable: 69,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error as a person and a program are told of it. */
export interface ErrorReport {
  readonly exitCode: ExitCode;
  readonly type: FailureType | 'Usage';
  readonly message: string;
  readonly hint?: string;
  /** Fields that the JSON error document carries besides `error`. */
  readonly details?: { readonly [name: string]: unknown };
}

/** Thrown when arguments that commander let through do not fit together. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/**
 * Thrown when a command has printed what is wrong in its own form (a list of positions, say) and
 * only the exit code and the JSON document are left to do.
 */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';

  constructor(readonly report: ErrorReport) {
    super(report.message);
  }
}

const EXIT_OF_FAILURE: Readonly<Record<FailureType, ExitCode>> = {
  InvalidInput: EXIT.badInput,
  ExpectationFailed: EXIT.failed,
  NotFound: EXIT.badInput,
  ArtifactCorrupt: EXIT.badInput,
  ServiceUnavailable: EXIT.unavailable,
  EnvironmentMissing: EXIT.unavailable,
  RegistryUnavailable: EXIT.unavailable,
  Unanswered: EXIT.failed,
  StepProcessFailed: EXIT.failed,
  StepContractBroken: EXIT.failed,
  ModelParityFailed: EXIT.failed,
  Internal: EXIT.failed,
};

/** Turns whatever a command threw into what is said about it. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof ReportedError) return error.report;
  if (error instanceof UsageError) {
    return {
      exitCode: EXIT.usage,
      type: 'Usage',
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  if (isMillraceError(error)) {
    return {
      exitCode: EXIT_OF_FAILURE[error.type] ?? EXIT.failed,
      type: error.type,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  return {
    exitCode: EXIT.failed,
    type: 'Internal',
    message: error instanceof Error ? error.message : String(error),
    hint: refusalHint(error) ?? DEFECT_HINT,
  };
}

const DEFECT_HINT =
  'this is a defect in millrace: run the command again with --verbose for the stack trace';

/**
 * What to do where the machine refused a file; `undefined` for any other error.
 *
 * @example refusalHint(Object.assign(new Error('ENOSPC: …, write'), { code: 'ENOSPC' })); // 'free space on that disk'
 */
export function refusalHint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'free space on that disk';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'make that place writable, or choose another (MILLRACE_HOME for the state)';
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return 'check that path, and that its directory may be written';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open: raise the limit (ulimit -n) or end other programs';
    default:
      return undefined;
  }
}

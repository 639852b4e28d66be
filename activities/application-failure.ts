import { ApplicationFailure } from '@temporalio/common';
import {
  type FailureType,
  isMillraceError,
  NON_RETRYABLE_FAILURE_TYPES,
  type StepFailure,
} from '../contracts/index.js';
import { ExpressionError } from '../pipelines/expressions/index.js';
import { beating } from './heartbeat.js';

/** One that this worker found: its type is of the closed list. */
interface FoundFailure extends StepFailure {
  readonly type: FailureType;
}

/**
 * Type, message and hint of an error, as the registry keeps it. An expression that reads what is not
 * there is bad input: it says the same at every attempt.
 */
export function failureOf(error: unknown): FoundFailure {
  if (isMillraceError(error)) return hinted(error.type, error);
  if (error instanceof ExpressionError) return hinted('InvalidInput', error);
  return { type: 'Internal', message: error instanceof Error ? error.message : String(error) };
}

function hinted(
  type: FailureType,
  { message, hint }: { readonly message: string; readonly hint?: string | undefined },
): FoundFailure {
  return hint === undefined ? { type, message } : { type, message, hint };
}

/** The error as Temporal carries it: its type from the closed list, non-retryable where it must be. */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  const { type, message, hint } = failureOf(error);
  const nonRetryable = NON_RETRYABLE_FAILURE_TYPES.some((known) => known === type);
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable,
    details: hint === undefined ? [] : [{ hint }],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** Wraps an activity so that it heartbeats and every error leaves it as an `ApplicationFailure`. */
export function withFailures<Input, Result>(
  activity: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    try {
      return await beating(() => activity(input));
    } catch (error) {
      throw error instanceof ApplicationFailure ? error : toApplicationFailure(error);
    }
  };
}

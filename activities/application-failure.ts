import { ApplicationFailure } from '@temporalio/common';
import {
  isMillraceError,
  NON_RETRYABLE_FAILURE_TYPES,
  type StepFailure,
} from '../contracts/index.js';
import { beating } from './heartbeat.js';

/** Type, message and hint of an error, as the registry keeps it. */
export function failureOf(error: unknown): StepFailure {
  if (isMillraceError(error)) {
    const { type, message, hint } = error;
    return hint === undefined ? { type, message } : { type, message, hint };
  }
  return { type: 'Internal', message: error instanceof Error ? error.message : String(error) };
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

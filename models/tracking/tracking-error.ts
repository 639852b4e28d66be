import { MillraceError } from '../../contracts/index.js';

/**
 * Thrown when the server understood what it was told and does not take it: another attempt gives the
 * same answer. `code` is MLflow's, such as `RESOURCE_DOES_NOT_EXIST`.
 */
export class TrackingRefusal extends Error {
  override readonly name = 'TrackingRefusal';

  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * Thrown when the server answered that it failed (500). It may be over what it was told, which never
 * gets better, so whoever mirrors goes on with the rest and comes back to this.
 */
export class TrackingFault extends Error {
  override readonly name = 'TrackingFault';
}

/** Answers after which it is worth asking again: a server that starts, is busy or is mended. */
const PASSING = new Set([401, 403, 407, 408, 425, 429]);

/** What MLflow's words mean here. */
const MEANING: Readonly<Record<string, string>> = {
  RESOURCE_DOES_NOT_EXIST: 'it is not there any more',
  RESOURCE_ALREADY_EXISTS: 'something of this name is there already',
  INVALID_PARAMETER_VALUE: 'it does not accept a value',
  PERMISSION_DENIED: 'the user may not do this',
  ENDPOINT_NOT_FOUND: 'this server does not offer it',
};

/**
 * The error for an answer that is not 2xx.
 *
 * @param what - what was being done: `logging metrics`
 * @returns a `TrackingRefusal`; a `TrackingFault`; or a `ServiceUnavailable` where nothing is taken now
 */
export function errorOfAnswer(
  server: string,
  what: string,
  status: number,
  body: string,
): TrackingRefusal | TrackingFault | MillraceError {
  const { code, message } = readError(body);
  if (status === 401 || status === 403) {
    return unavailable(
      `the MLflow server ${server} refuses us (${status}) while ${what}: ${message}`,
      'set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, for the worker',
    );
  }
  if (status === 500) {
    return new TrackingFault(`the MLflow server ${server} failed (500) while ${what}: ${message}`);
  }
  if (PASSING.has(status) || (status >= 500 && status !== 501)) {
    return unavailable(`the MLflow server ${server} failed (${status}) while ${what}: ${message}`);
  }
  const meaning = MEANING[code];
  const words = meaning === undefined ? message : `${meaning}: ${message}`;
  return new TrackingRefusal(`MLflow refused ${what}: ${words} (${code})`, code);
}

/** The error for a server that gave no answer. */
export function errorOfSilence(server: string, what: string, error: unknown): MillraceError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  return unavailable(`the MLflow server ${server} did not answer while ${what}: ${words}`);
}

export function unavailable(
  message: string,
  hint = 'what it has missed is kept and told once it answers',
): MillraceError {
  return new MillraceError('ServiceUnavailable', message, hint);
}

function readError(body: string): { code: string; message: string } {
  const plain = body.replace(/\s+/g, ' ').trim().slice(0, 300);
  try {
    const { error_code: code, message } = JSON.parse(body) as Record<string, unknown>;
    return {
      code: typeof code === 'string' ? code : 'no error code',
      message: typeof message === 'string' ? message.slice(0, 500) : plain,
    };
  } catch {
    return { code: 'no error code', message: plain === '' ? 'no reason given' : plain };
  }
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type FailureType, isMillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { NotAdmitted } from './access/require-admitted.js';
import { REGISTRY_AWAY } from './not-served.js';

const STATUS: { readonly [type in FailureType]?: number } = {
  InvalidInput: 400,
  NotFound: 404,
  ServiceUnavailable: 503,
  RegistryUnavailable: 503,
  ArtifactCorrupt: 503,
};

/** Every error has the Open Inference Protocol's shape, whichever route gave it. */
export function createErrorHandler(logger: Logger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const { status, message, retryAfter } = answerTo(error);
    if (retryAfter !== null) reply.header('retry-after', retryAfter);
    logFailure(logger, error, { method: request.method, url: request.url, status });
    const isOwn = isMillraceError(error) || status >= 500;
    return reply
      .code(status)
      .send(isOwn ? { error: message } : errorBody(requestError(error, request)));
  };
}

/** Logs what is not the caller's fault. */
export function logFailure(
  logger: Logger,
  error: unknown,
  where: { readonly method: string; readonly url: string; readonly status: number },
): void {
  if (where.status === 503)
    logger.warn(where, error instanceof Error ? error.message : String(error));
  else if (where.status >= 500) logger.error({ ...where, err: error }, 'a request failed');
}

/** What an error means to whoever asked, over any protocol. */
export interface ErrorAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** What was wrong and what to do; nothing of the gateway's own failures. */
  readonly message: string;
  /** Seconds after which the same may work; `null` where nobody knows. */
  readonly retryAfter: number | null;
}

export function answerTo(error: unknown): ErrorAnswer {
  const { statusCode, retryAfterSeconds } = error as {
    readonly statusCode?: number;
    readonly retryAfterSeconds?: number;
  };
  const byType = isMillraceError(error) ? STATUS[error.type] : undefined;
  const status = statusCode ?? byType ?? 500;
  const known = isMillraceError(error) || error instanceof NotAdmitted || status < 500;
  const [message, hint] = toldOf(error, known);
  // What took too long would take as long again.
  const retryAfter = status === 504 ? null : (retryAfterSeconds ?? null);
  return { status, message: errorBody(message, hint).error, retryAfter };
}

/** Nothing of hosts, files and what other programs wrote: the log has those. */
function toldOf(error: unknown, known: boolean): readonly [message: string, hint?: string] {
  if (!known || !(error instanceof Error)) return ['the gateway failed', 'see its log'];
  if (!isMillraceError(error)) return [error.message];
  if (error.told !== null) return [error.told];
  if (error.type === 'RegistryUnavailable') return [REGISTRY_AWAY, 'try again in a moment'];
  return error.hint === undefined ? [error.message] : [error.message, error.hint];
}

export function errorBody(message: string, hint?: string): { readonly error: string } {
  return { error: hint === undefined ? message : `${message}; ${hint}` };
}

/** Fastify's own refusals, in words that say what to do. */
function requestError(error: FastifyError, request: FastifyRequest): string {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const given = request.headers['content-type'];
      const what =
        given === undefined ? 'the body has no Content-Type' : `${given} is not accepted`;
      return `${what}; send application/json`;
    }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `the body is larger than ${request.routeOptions.bodyLimit} bytes; send it in parts`;
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'the body is empty; send a JSON object';
    default:
      return error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY'
        ? `the body is not JSON: ${error.message}`
        : error.message;
  }
}

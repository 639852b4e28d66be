import type { Logger } from '../../../../logging/logger.js';
import { answerTo } from '../../http-error.js';

/** Codes of gRPC that the gateway gives, by number. */
export const CODE = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type CodeName = keyof typeof CODE;

/** How a call ended that was not answered. */
export interface GrpcError {
  readonly name: CodeName;
  readonly code: number;
  /** What it would be over HTTP. */
  readonly status: number;
  readonly details: string;
  /** In seconds. */
  readonly retryAfter: number | null;
}

/** The same refusals as over HTTP, by the codes that mean the same. */
export function grpcError(error: unknown, logger: Logger): GrpcError {
  const { status, message, retryAfter } = answerTo(error);
  const name = BY_STATUS[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  if (name === 'INTERNAL') logger.error({ err: error }, 'a call failed');
  return { name, code: CODE[name], status, details: message, retryAfter };
}

const BY_STATUS: { readonly [status: number]: CodeName } = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'RESOURCE_EXHAUSTED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

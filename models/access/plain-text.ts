import { isLoopback } from './loopback.js';

/** What decides whether the keys of callers cross a network as they are. */
export interface Wire {
  /** What the gateway listens on; absent: 127.0.0.1. */
  readonly host?: string;
  /** It speaks HTTPS itself. */
  readonly hasTls: boolean;
  /** A proxy in front does. */
  readonly isBehindTls: boolean;
}

const HINT =
  'give a certificate (MILLRACE_GATEWAY_TLS_CERT, MILLRACE_GATEWAY_TLS_KEY); where a proxy in front has one, MILLRACE_GATEWAY_TLS_PROXY=1 says so';

/** What is to be said of such a gateway, and what to do; `null`: nothing. */
export function plainTextWarning({
  host = '127.0.0.1',
  hasTls,
  isBehindTls,
}: Wire): { readonly message: string; readonly hint: string } | null {
  if (hasTls || isBehindTls || isLoopback(host)) return null;
  const message = `the gateway listens on ${host} without TLS: whoever is on the way can read keys and requests`;
  return { message, hint: HINT };
}

/** As the environment of a gateway says it. */
export function wireOf(env: NodeJS.ProcessEnv): Wire {
  const { MILLRACE_GATEWAY_HOST: host } = env;
  return {
    ...(host && { host }),
    hasTls: Boolean(env['MILLRACE_GATEWAY_TLS_CERT']),
    isBehindTls: env['MILLRACE_GATEWAY_TLS_PROXY'] === '1',
  };
}

import { MillraceError } from '../../../contracts/index.js';
import { locateWrk } from '../../../setup/wrk.mjs';
import { runWithAutocannon } from './autocannon.js';
import { runWithWrk } from './wrk.js';

/** Requests that are sent one after the other over each connection. */
export interface LoadRequest {
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Of a key, where callers are asked who they are. */
  readonly bearer?: string;
}

export interface LoadResult {
  /** That were answered. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were none: not 2xx, broken connections, timeouts. */
  readonly failures: number;
}

/** A load generator: a process of its own, so that neither the servers nor the bench wait for it. */
export interface LoadTool {
  readonly name: 'wrk' | 'autocannon';
  /** @throws MillraceError `Internal` when a request failed */
  load(request: LoadRequest): Promise<LoadResult>;
}

/**
 * wrk where there is one, since it takes a tenth of the processor time that autocannon takes and
 * leaves the rest to the server; else autocannon.
 */
export function findLoadTool(env: NodeJS.ProcessEnv): LoadTool {
  const wrk = locateWrk(env);
  const [name, run] =
    'executable' in wrk
      ? (['wrk', runWithWrk(wrk.executable)] as const)
      : (['autocannon', runWithAutocannon] as const);
  return {
    name,
    async load(request) {
      const result = await run(request, env);
      if (result.failures === 0 && result.requestsPerSecond > 0) return result;
      throw new MillraceError(
        'Internal',
        `${result.failures} requests to ${request.url} failed, ${Math.round(result.requestsPerSecond)} a second were answered`,
      );
    },
  };
}

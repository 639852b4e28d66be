import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MillraceError } from '../../../contracts/index.js';
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
 * wrk where it is on the path, since it takes a tenth of the processor time that autocannon takes and
 * leaves the rest to the server; else autocannon.
 */
export function findLoadTool(env: NodeJS.ProcessEnv): LoadTool {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((name) => name !== '');
  const wrk = directories.map((directory) => join(directory, 'wrk')).find(existsSync);
  const run = wrk === undefined ? runWithAutocannon : runWithWrk(wrk);
  return {
    name: wrk === undefined ? 'autocannon' : 'wrk',
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

import { get } from 'node:http';

const LONGEST_MS = 2_000;

/**
 * Asks a gateway whether it is ready, over a connection of its own as a new client would.
 *
 * @param intervalMs - time to the next probe: an answer after it is none
 */
export function probe(address: string, intervalMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${address}/v2/health/ready`, {
      agent: false,
      signal: AbortSignal.timeout(Math.min(LONGEST_MS, intervalMs)),
    });
    request.once('error', () => resolve(false));
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
  });
}

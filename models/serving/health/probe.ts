import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const LONGEST_MS = 2_000;

/**
 * Asks a gateway whether it is ready, over a connection of its own as a new client would.
 *
 * @param intervalMs - time to the next probe: an answer after it is none
 */
export function probe(address: string, intervalMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `${address}/v2/health/ready`;
    const options = {
      agent: false as const,
      signal: AbortSignal.timeout(Math.min(LONGEST_MS, intervalMs)),
    };
    // It asks itself, by an address that its certificate need not name, and sends nothing secret.
    const request = url.startsWith('https:')
      ? getHttps(url, { ...options, rejectUnauthorized: false })
      : getHttp(url, options);
    request.once('error', () => resolve(false));
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
  });
}

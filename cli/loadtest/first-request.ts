import { MillraceError } from '../../contracts/index.js';
import { TEST_HEADER } from '../../models/access/index.js';
import type { AskOptions, Target } from './target.js';

/**
 * Whether a server keeps what it is asked in a prediction log; `null`: it does not say, as others than
 * millrace do not.
 */
export type IsLogged = boolean | null;

/**
 * Asks once what the load is going to ask, so that it is known before what becomes of it.
 *
 * @param request - as it goes over the wire
 * @throws MillraceError `InvalidInput` where tests are refused
 */
export async function askFirst(
  { inferUrl }: Target,
  request: Buffer,
  { headers, timeoutMs }: AskOptions,
): Promise<IsLogged> {
  const body = request.subarray(request.indexOf('\r\n\r\n') + 4);
  const asked = new Headers(headers);
  asked.set('content-type', 'application/json');
  const signal = AbortSignal.timeout(timeoutMs);
  // What does not answer is for the load to count.
  const answer = await fetch(inferUrl, { method: 'POST', headers: asked, body, signal }).catch(
    () => null,
  );
  if (answer === null) return null;
  const text = await answer.text().catch(() => '');
  if (answer.status === 403 && text.includes(TEST_HEADER)) {
    throw new MillraceError(
      'InvalidInput',
      `${inferUrl.origin} takes tests from keys with the scope admin alone`,
      'give such a key, or --log: the requests are logged then as those of real clients are',
    );
  }
  if (!answer.headers.has('x-millrace-version')) return null;
  return answer.headers.get('x-millrace-logged') !== 'false';
}

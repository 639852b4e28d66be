import type { IncomingMessage, ServerResponse } from 'node:http';

/** Longest that more is waited for, and most that is read of what is thrown away. */
const IDLE_MS = 300;
const LONGEST_MS = 2_000;
const MOST_BYTES = 33_554_432;

/**
 * Ends an answer to a request of which not all was read. Many clients look for an answer only once all
 * is sent: closed at once, they would find a broken connection and not why they were refused. So what
 * they still send is read for a moment and thrown away.
 */
export function endUnread(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.write(body);
  let bytes = 0;
  const forget = (): void => {
    clearTimeout(idle);
    clearTimeout(longest);
  };
  const end = (): void => {
    forget();
    request.off('data', drop).off('end', end).pause();
    response.end();
  };
  const drop = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > MOST_BYTES) end();
    else idle.refresh();
  };
  const idle = setTimeout(end, IDLE_MS);
  const longest = setTimeout(end, LONGEST_MS);
  response.once('close', forget);
  // Whoever was to read the body has given it up.
  request.unpipe().removeAllListeners('data').on('data', drop).on('end', end).resume();
}

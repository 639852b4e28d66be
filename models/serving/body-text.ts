import { isUtf8 } from 'node:buffer';
import { MillraceError } from '../../contracts/index.js';

const REPLACEMENT = '\ufffd';
/** Its UTF-8, a character a byte. */
const REPLACEMENT_BYTES = '\xef\xbf\xbd';

/**
 * The text of a body. Bytes that are no UTF-8 are refused: read as replacement characters they would
 * be another value than the client's, and nobody would know.
 *
 * @param what - names the bytes in the error: `the body`
 * @throws MillraceError `InvalidInput` naming the first byte that does not fit
 */
export function utf8Text(bytes: Buffer, what = 'the body'): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new MillraceError(
    'InvalidInput',
    `${what} is not UTF-8: byte ${firstUnfit(bytes)} does not fit`,
    'encode text as UTF-8',
  );
}

/** Where the first replacement character stands that is none of the bytes themselves. */
function firstUnfit(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let from = 0;
  let at = 0;
  for (
    let found = text.indexOf(REPLACEMENT);
    found !== -1;
    found = text.indexOf(REPLACEMENT, from)
  ) {
    at += Buffer.byteLength(text.slice(from, found));
    if (bytes.toString('latin1', at, at + 3) !== REPLACEMENT_BYTES) break;
    at += REPLACEMENT_BYTES.length;
    from = found + 1;
  }
  return at;
}

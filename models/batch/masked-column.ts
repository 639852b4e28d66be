import type { Masking } from '../../contracts/index.js';
import { identifier, literal } from '../../storage/tabular/sql-text.js';

/** Of SHA-256, to which a shorter key is filled up. */
const BLOCK_BYTES = 64;
const HASH_CHARACTERS = 32;

/**
 * SQL of a column as the prediction log keeps it: the same text as a gateway's `LogPolicy` writes, so
 * that a value of a job and of a request are seen to be equal.
 *
 * @param options.isText - whether it may be replaced by a hash; else it is dropped
 * @returns `null` where nothing of it is kept
 */
export function maskedColumn(
  name: string,
  masking: Masking | undefined,
  { isText, key }: { readonly isText: boolean; readonly key: Uint8Array },
): string | null {
  const column = `source.${identifier(name)}`;
  if (masking === undefined) return column;
  if (masking === 'drop' || !isText) return null;
  const message = `encode(${literal(name)} || chr(0) || ${column}::VARCHAR)`;
  return `substr(${keyedHash(message, key)}, 1, ${HASH_CHARACTERS})`;
}

/** HMAC-SHA-256 as SQL, which has the hash alone. */
function keyedHash(message: string, key: Uint8Array): string {
  const padded = (pad: number) => {
    const block = new Uint8Array(BLOCK_BYTES).fill(pad);
    key.forEach((byte, index) => {
      block[index] = byte ^ pad;
    });
    return `unhex('${Buffer.from(block).toString('hex')}')`;
  };
  return `sha256(${padded(0x5c)} || unhex(sha256(${padded(0x36)} || ${message})))`;
}

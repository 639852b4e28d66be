import { createHash } from 'node:crypto';

/**
 * The prediction id of a record, the same however often it is predicted for: a digest of its source
 * and position in the form of a UUID, so that it can be told from no other prediction id.
 */
export function streamPredictionId(identity: string, position: string): string {
  const digest = createHash('sha256').update(`${identity}\n${position}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x70;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${[...parts, hex.slice(20)].join('-')}/0`;
}

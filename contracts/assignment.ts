import type { TrafficArm, TrafficRoute } from './traffic.js';

/**
 * Where a key falls under a seed, in [0, 100): uniform over keys, and the same on every machine.
 *
 * @see MurmurHash3_x86_32 by Austin Appleby (public domain),
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 * @example assignmentPoint('rollout-7', 'customer-4711'); // 88.47…
 */
export function assignmentPoint(seed: string, key: string): number {
  return (murmur32(new TextEncoder().encode(`${seed}\n${key}`)) / 2 ** 32) * 100;
}

/**
 * The arm of a route that a key is assigned to. The first arm, the champion's, has the upper end:
 * while a challenger's weight grows, keys move to it and none moves away from it.
 *
 * @param route - arms that sum to 100 percent
 */
export function armOf(
  { arms, seed }: Pick<TrafficRoute, 'arms' | 'seed'>,
  key: string,
): TrafficArm {
  const [champion, ...challengers] = arms;
  if (champion === undefined) throw new RangeError('a route has at least one arm');
  const point = assignmentPoint(seed, key);
  let below = 0;
  for (const arm of challengers) {
    below += arm.weightPercent;
    if (point < below) return arm;
  }
  return champion;
}

function murmur32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash = Math.imul(rotate(hash ^ scramble(view.getUint32(at, true)), 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0);
  if (bytes.length > whole) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

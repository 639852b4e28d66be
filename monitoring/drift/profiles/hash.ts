const bits = new DataView(new ArrayBuffer(8));
const SEEDS = [0x9747b28c, 0x3c6ef372] as const;

/**
 * A 64-bit hash of a number's bits, as two words into `out`. The same on every machine and in every
 * release: stored registers depend on it.
 *
 * @see A. Appleby, MurmurHash3 (the mixing steps)
 */
export function hashNumber(value: number, out: Uint32Array): void {
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const low = bits.getUint32(4);
  for (let i = 0; i < 2; i += 1) {
    out[i] = finish(mix(mix(SEEDS[i] ?? 0, low), high), 8);
  }
}

/** The same of a text's UTF-16 code units. */
export function hashText(text: string, out: Uint32Array): void {
  let [a, b] = [SEEDS[0] | 0, SEEDS[1] | 0];
  for (let i = 0; i < text.length; i += 2) {
    const word = text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16);
    a = mix(a, word);
    b = mix(b, word);
  }
  out[0] = finish(a, text.length);
  out[1] = finish(b, text.length);
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const mixed = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

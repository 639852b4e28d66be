/**
 * A small seeded generator (sfc32): the same seed always gives the same resampling.
 *
 * @returns a function that gives numbers in [0, 1), uniform, 32 bits
 * @example seededRandom(1)() === seededRandom(1)(); // true
 * @see C. Doty-Humphrey, PractRand: small fast counting generator
 */
export function seededRandom(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return (out >>> 0) / 2 ** 32;
  };
  // The first numbers still show the seed.
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

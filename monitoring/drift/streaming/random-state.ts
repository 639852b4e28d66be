/**
 * A seeded generator whose whole state is one 32-bit word, so that a snapshot can hold it
 * (SplitMix with 32 bits; the finaliser is MurmurHash3's).
 *
 * @example new RandomState(1).next() === new RandomState(1).next(); // true
 * @see G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014
 */
export class RandomState {
  #word: number;

  constructor(seed: number) {
    this.#word = seed | 0;
  }

  get word(): number {
    return this.#word;
  }

  set word(word: number) {
    this.#word = word | 0;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    this.#word = (this.#word + 0x9e3779b9) | 0;
    let mixed = this.#word;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  /** Uniform whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** Brings a uniform choice of `count` items to the front of the list, in random order. */
  chooseFirst(items: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const j = i + this.below(items.length - i);
      const chosen = items[j] ?? 0;
      items[j] = items[i] ?? 0;
      items[i] = chosen;
    }
  }
}

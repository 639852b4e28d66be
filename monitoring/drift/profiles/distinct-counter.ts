import { hashNumber, hashText } from './hash.js';

const INDEX_BITS = 12;
/** Registers of the counter; its standard error is 1.04 / √4096 = 1.6 %. */
export const DISTINCT_REGISTERS = 2 ** INDEX_BITS;
/** Of an estimated count of distinct values, relative. */
export const DISTINCT_STANDARD_ERROR = 1.04 / Math.sqrt(DISTINCT_REGISTERS);
/** Bits of the hash that are left for the run of zeros. */
const RUN_BITS = 64 - INDEX_BITS;

/**
 * Estimates how many different values a stream has (HyperLogLog), in 4 kB. Counters of two streams
 * merge to exactly the counter of both.
 *
 * @see P. Flajolet et al., HyperLogLog, 2007
 * @see O. Ertl, New cardinality estimation algorithms for HyperLogLog sketches, 2017 (the estimator)
 */
export class DistinctCounter {
  readonly registers: Uint8Array;
  readonly #hash = new Uint32Array(2);

  /** @param registers - of an earlier counter; they are copied */
  constructor(registers?: Uint8Array) {
    this.registers = new Uint8Array(DISTINCT_REGISTERS);
    if (registers !== undefined) this.registers.set(registers);
  }

  addNumber(value: number): void {
    hashNumber(value, this.#hash);
    this.#addHash();
  }

  addText(value: string): void {
    hashText(value, this.#hash);
    this.#addHash();
  }

  merge(registers: Uint8Array): void {
    for (let i = 0; i < DISTINCT_REGISTERS; i += 1) {
      this.registers[i] = Math.max(this.registers[i] ?? 0, registers[i] ?? 0);
    }
  }

  /** @returns a whole number ≥ 0 */
  estimate(): number {
    const of = new Float64Array(RUN_BITS + 2);
    for (const register of this.registers) of[register] = (of[register] ?? 0) + 1;
    const m = DISTINCT_REGISTERS;
    let z = m * tau(1 - (of[RUN_BITS + 1] ?? 0) / m);
    for (let run = RUN_BITS; run >= 1; run -= 1) z = 0.5 * (z + (of[run] ?? 0));
    z += m * sigma((of[0] ?? 0) / m);
    return Math.round((m * m) / (2 * Math.LN2 * z));
  }

  #addHash(): void {
    const high = this.#hash[0] ?? 0;
    const low = this.#hash[1] ?? 0;
    const index = high >>> (32 - INDEX_BITS);
    const rest = high << INDEX_BITS;
    const run = rest === 0 ? 32 - INDEX_BITS + Math.clz32(low) + 1 : Math.clz32(rest) + 1;
    if (run > (this.registers[index] ?? 0)) this.registers[index] = run;
  }
}

/** σ(x) = x + Σ x^(2ᵏ) · 2^(k−1): what the empty registers say. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let [power, weight, sum] = [x, 1, x];
  for (let before = Number.NaN; before !== sum; ) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** τ(x) = (1 − x − Σ (1 − x^(2⁻ᵏ))² · 2⁻ᵏ) / 3: what the full registers say. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, weight, sum] = [x, 1, 1 - x];
  for (let before = Number.NaN; before !== sum; ) {
    before = sum;
    root = Math.sqrt(root);
    weight *= 0.5;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

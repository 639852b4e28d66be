import { type DistinctCount, EXACT_VALUES, type NumericColumnProfile } from './data-profile.js';
import { DistinctCounter } from './distinct-counter.js';
import { ExactValues } from './exact-values.js';
import { BLOCK_VALUES, RankSketch } from './rank-sketch.js';
import { RunningMoments } from './running-moments.js';
import { mergeSamples, sampleOfSorted, thinSample } from './weighted-sample.js';

/** Summarises one column of numbers, chunk by chunk, in about 1 MB whatever its length. */
export class NumericColumnBuilder {
  readonly #exact = new ExactValues();
  readonly #sketch = new RankSketch();
  readonly #moments = new RunningMoments();
  #distinct: DistinctCounter | null = null;
  #block = this.#sketch.nextBlock();
  #filled = 0;
  #missing = 0;
  #negative = 0;
  #positive = 0;

  constructor(
    private readonly name: string,
    private readonly kind: NumericColumnProfile['kind'],
  ) {}

  /** @param values - one a row; NaN is missing */
  update(values: Float64Array): void {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? Number.NaN;
      if (value - value === 0) {
        // −0 becomes 0: they are equal, and JSON knows one of them.
        this.#block[this.#filled++] = value + 0;
        if (this.#filled === BLOCK_VALUES) this.#takeBlock();
      } else if (Number.isNaN(value)) this.#missing += 1;
      else if (value > 0) this.#positive += 1;
      else this.#negative += 1;
    }
  }

  finish(): NumericColumnProfile {
    const rest = this.#block.slice(0, this.#filled).sort();
    this.#filled = 0;
    this.#summarise(rest);
    const sample =
      this.#exact.sample ??
      thinSample(mergeSamples(this.#sketch.sample(), sampleOfSorted(rest, 1, 0)));
    return {
      name: this.name,
      kind: this.kind,
      missing: this.#missing,
      distinct: this.#distinctCount(),
      infinite: { negative: this.#negative, positive: this.#positive },
      moments: this.#moments.moments(),
      sample,
    };
  }

  #takeBlock(): void {
    this.#block.sort();
    this.#summarise(this.#block);
    this.#sketch.add(this.#block);
    this.#block = this.#sketch.nextBlock();
    this.#filled = 0;
  }

  #summarise(sorted: Float64Array): void {
    this.#moments.add(sorted);
    if (this.#exact.sample !== null) {
      const all = this.#exact.add(sorted);
      if (all === null) return;
      this.#distinct = new DistinctCounter();
      for (const value of all.values) this.#distinct.addNumber(value);
      return;
    }
    let before = Number.NaN;
    for (const value of sorted) {
      if (value !== before) this.#distinct?.addNumber(value);
      before = value;
    }
  }

  #distinctCount(): DistinctCount {
    return distinctNumbers(
      this.#exact.sample?.values.length ?? null,
      this.#distinct,
      { negative: this.#negative, positive: this.#positive },
      this.#moments.moments().rows,
    );
  }
}

/**
 * Different numbers of a column, infinite ones among them.
 *
 * @param known - different finite values, where they are all known
 * @param rows - finite values, which an estimate may not pass
 */
export function distinctNumbers(
  known: number | null,
  counter: DistinctCounter | null,
  infinite: NumericColumnProfile['infinite'],
  rows: number,
): DistinctCount {
  const ends = Math.min(1, infinite.negative) + Math.min(1, infinite.positive);
  if (known !== null || counter === null) {
    return { count: (known ?? 0) + ends, exact: true, registers: null };
  }
  const count = Math.min(rows, Math.max(EXACT_VALUES + 1, counter.estimate())) + ends;
  return { count, exact: false, registers: counter.registers.slice() };
}

import { seededRandom } from '../samples/seeded-random.js';
import type { WeightedSample } from './data-profile.js';
import { EMPTY_SAMPLE, mergeSamples, sampleOfSorted } from './weighted-sample.js';

/** Values of one block. With n rows no rank is off by more than n · log₂(n / BLOCK_VALUES) / (2 · BLOCK_VALUES). */
export const BLOCK_VALUES = 16_384;

/**
 * Ranks of a stream of any length in bounded memory.
 *
 * Blocks of {@link BLOCK_VALUES} ascending values come in. Two blocks of one level are merged and
 * every other value goes on, for twice the rows, to the level above: a binary counter of blocks.
 * Such a step moves no rank by more than the rows that one of its values stood for, so the sum over
 * all steps is a proven bound for this very stream: 0.02 % of a million rows, 0.05 % of a
 * thousand million. Which of the two halves goes on is drawn from a fixed seed, so that errors
 * cancel rather than add up.
 *
 * @see J. Munro, M. Paterson, Selection and sorting with limited storage, 1980
 * @see P. Agarwal et al., Mergeable summaries, 2012
 */
export class RankSketch {
  /** Index h: nothing, or a block of values that stand for 2ʰ rows each. */
  readonly #levels: (Float64Array | null)[] = [];
  readonly #random = seededRandom(BLOCK_VALUES);
  /** Memory of blocks that have been merged. */
  readonly #free: Float64Array[] = [];
  #rankError = 0;

  /** A block to be filled and given to {@link add}. */
  nextBlock(): Float64Array {
    return this.#free.pop() ?? new Float64Array(BLOCK_VALUES);
  }

  /** @param block - exactly {@link BLOCK_VALUES} values, ascending; it is kept, not copied */
  add(block: Float64Array): void {
    let carried = block;
    let level = 0;
    for (let resident = this.#levels[level]; resident != null; resident = this.#levels[++level]) {
      const merged = this.nextBlock();
      everyOther(resident, carried, this.#random() < 0.5 ? 0 : 1, merged);
      this.#free.push(resident, carried);
      carried = merged;
      this.#levels[level] = null;
      this.#rankError += 2 ** level;
    }
    this.#levels[level] = carried;
  }

  /** All that was added, as one sample with the bound of its error. */
  sample(): WeightedSample {
    const merged = this.#levels.reduce<WeightedSample>(
      (sample, block, level) =>
        block === null ? sample : mergeSamples(sample, sampleOfSorted(block, 2 ** level, 0)),
      EMPTY_SAMPLE,
    );
    return { ...merged, rankError: this.#rankError };
  }
}

/** Writes every other value, from `offset`, of two ascending blocks merged to `into`. */
function everyOther(a: Float64Array, b: Float64Array, offset: 0 | 1, into: Float64Array): void {
  let [i, j] = [0, 0];
  for (let k = 0; k < 2 * BLOCK_VALUES; k += 1) {
    const fromLeft = j === BLOCK_VALUES || (i < BLOCK_VALUES && (a[i] ?? 0) <= (b[j] ?? 0));
    if ((k & 1) === offset) into[k >> 1] = (fromLeft ? a[i] : b[j]) ?? 0;
    if (fromLeft) i += 1;
    else j += 1;
  }
}

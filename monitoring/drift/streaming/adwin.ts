import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY } from './detection.js';
import { countOption, numberOption, type ValuesOf } from './detector-option.js';
import { ExponentialHistogram } from './exponential-histogram.js';
import { NumberDetector } from './number-detector.js';
import type { SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  delta: numberOption(0.002, { above: 0, below: 1 }, 'significance of a difference in means'),
  clock: countOption(32, 1, 1e9, 'values between two checks'),
  maxBuckets: countOption(5, 2, 1000, 'buckets of each size; more: finer cuts, more memory'),
  minWindowLength: countOption(5, 1, 1e9, 'values on either side of a cut'),
  gracePeriod: countOption(10, 1, 1e9, 'values before the first check'),
};

class Adwin extends NumberDetector {
  // Fields of its own: reading options from the frozen object costs more than a whole update.
  readonly #delta: number;
  readonly #clock: number;
  readonly #minWindowLength: number;
  readonly #gracePeriod: number;
  readonly #window: ExponentialHistogram;
  #sinceCheck = 0;
  /** First value of the window. The others are kept relative to it: sums of numbers far from 0 lose what is small. */
  #origin = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('adwin', 2, settings, 'number');
    this.#delta = settings.delta;
    this.#clock = settings.clock;
    this.#minWindowLength = settings.minWindowLength;
    this.#gracePeriod = settings.gracePeriod;
    this.#window = new ExponentialHistogram(settings.maxBuckets);
  }

  protected step(x: number): Detection {
    if (this.#window.width === 0) this.#origin = x;
    this.#window.add(x - this.#origin);
    this.#sinceCheck += 1;
    if (this.#sinceCheck < this.#clock) return STEADY;
    this.#sinceCheck = 0;
    if (this.#window.width <= this.#gracePeriod) return STEADY;
    let cut = false;
    while (this.#meansDiffer()) {
      cut = true;
      this.#window.dropOldest();
    }
    return cut ? DRIFT : STEADY;
  }

  /** Whether some cut leaves an older and a newer part whose means differ too much for chance. */
  #meansDiffer(): boolean {
    const minWindowLength = this.#minWindowLength;
    const { width, squares, rows, counts, totals, stride } = this.#window;
    const logarithm = Math.log((2 * Math.log(width)) / this.#delta);
    // Dropping buckets can leave a sum of squares a rounding error below 0.
    const variance = Math.max(0, squares) / width;
    let [olderN, newerN, older, newer] = [0, width, 0, this.#window.total];
    for (let row = rows - 1; row >= 0; row -= 1) {
      const size = 2 ** row;
      const start = row * stride;
      const end = start + (counts[row] ?? 0);
      for (let place = start; place < end; place += 1) {
        const total = totals[place] ?? 0;
        olderN += size;
        newerN -= size;
        older += total;
        newer -= total;
        if (newerN < minWindowLength) return false;
        if (olderN < minWindowLength) continue;
        const m = 1 / (olderN - minWindowLength + 1) + 1 / (newerN - minWindowLength + 1);
        const bound = Math.sqrt(2 * m * variance * logarithm) + (2 / 3) * logarithm * m;
        if (Math.abs(older / olderN - newer / newerN) > bound) return true;
      }
    }
    return false;
  }

  protected restart(): void {
    this.#window.clear();
    this.#sinceCheck = 0;
    this.#origin = 0;
  }

  protected changeAge(): number {
    return this.#window.width;
  }

  protected save(): JsonObject {
    return { sinceCheck: this.#sinceCheck, origin: this.#origin, ...this.#window.save() };
  }

  protected load(state: SnapshotState): void {
    const sinceCheck = state.count('sinceCheck');
    const origin = state.number('origin');
    this.#window.load(state);
    this.#sinceCheck = sinceCheck;
    this.#origin = origin;
  }
}

/**
 * Adaptive windowing: keeps the longest window in which no cut into an older and a newer part shows
 * means that differ by more than chance.
 *
 * With W the width, σ² the variance of the window, n₀ and n₁ the parts, L = `minWindowLength`:
 * δ' = ln(2 ln W / δ), m = 1/(n₀ − L + 1) + 1/(n₁ − L + 1), and the means differ when
 * |μ₀ − μ₁| > √(2mσ²δ') + ⅔δ'm. Checked every `clock` values, at the borders of buckets.
 *
 * After a drift the oldest buckets are dropped, which `sinceChange` counts, and the next value
 * starts an empty window, as in River; the paper goes on with the newer part.
 *
 * @example adwinDetector.create({ delta: 0.01 }).update(0.5); // { warning: false, drift: false }
 * @see A. Bifet, R. Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, 2007
 */
export const adwinDetector = defineDetector({
  name: 'adwin',
  summary: 'mean that has changed within an adaptive window',
  input: 'number',
  warns: false,
  options: OPTIONS,
  make: (options) => new Adwin(options),
});

import type { JsonObject } from '../../../contracts/index.js';
import { exactTwoSampleSurvival } from '../special/kolmogorov-two-sample.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY } from './detection.js';
import { countOption, numberOption, type ValuesOf } from './detector-option.js';
import { NumberDetector } from './number-detector.js';
import { RandomState } from './random-state.js';
import type { SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  alpha: numberOption(0.005, { above: 0, below: 1 }, 'p-value of a drift'),
  windowSize: countOption(100, 4, 10_000, 'values that are kept'),
  statSize: countOption(30, 2, 5_000, 'newest values, and as many drawn from those before'),
  seed: countOption(1, 0, 2 ** 32 - 1, 'of the draws'),
};

/** A smaller statistic is no drift, whatever its p-value. */
const SMALLEST_STATISTIC = 0.1;

class Kswin extends NumberDetector {
  readonly #window: Float64Array;
  readonly #drawn: Float64Array;
  readonly #newest: Float64Array;
  readonly #places: Int32Array;
  readonly #random: RandomState;
  /** A drift is a statistic of this many `statSize`-ths or more. */
  readonly #critical: number;
  #held = 0;

  constructor(private readonly settings: ValuesOf<typeof OPTIONS>) {
    super('kswin', 1, settings, 'number');
    const { alpha, windowSize, statSize, seed } = settings;
    this.#window = new Float64Array(windowSize);
    this.#drawn = new Float64Array(statSize);
    this.#newest = new Float64Array(statSize);
    this.#places = Int32Array.from({ length: windowSize - statSize }, (_, place) => place);
    this.#random = new RandomState(seed);
    this.#critical = criticalSteps(alpha, statSize);
  }

  protected step(x: number): Detection {
    const windowSize = this.#window.length;
    const statSize = this.#newest.length;
    if (this.#held < windowSize) {
      this.#window[this.#held] = x;
      this.#held += 1;
    } else {
      this.#window.copyWithin(0, 1);
      this.#window[windowSize - 1] = x;
    }
    if (this.#held < windowSize) return STEADY;
    this.#draw();
    this.#newest.set(this.#window.subarray(windowSize - statSize));
    this.#newest.sort();
    return this.#largestDifference() >= this.#critical ? DRIFT : STEADY;
  }

  /** A uniform choice of the older values, ascending. */
  #draw(): void {
    const statSize = this.#drawn.length;
    // The places start in order each time, so that the choice depends on the generator alone.
    for (let place = 0; place < this.#places.length; place += 1) this.#places[place] = place;
    this.#random.chooseFirst(this.#places, statSize);
    for (let i = 0; i < statSize; i += 1) {
      this.#drawn[i] = this.#window[this.#places[i] ?? 0] ?? 0;
    }
    this.#drawn.sort();
  }

  /** Kolmogorov–Smirnov statistic of the two samples of equal size, in steps of 1 / size. */
  #largestDifference(): number {
    const size = this.#newest.length;
    const [drawn, newest] = [this.#drawn, this.#newest];
    let [i, j, largest] = [0, 0, 0];
    while (i < size && j < size) {
      const value = Math.min(drawn[i] ?? 0, newest[j] ?? 0);
      while (i < size && drawn[i] === value) i += 1;
      while (j < size && newest[j] === value) j += 1;
      largest = Math.max(largest, Math.abs(i - j));
    }
    return largest;
  }

  protected restart(): void {
    this.#held = 0;
    this.#random.word = this.settings.seed;
  }

  protected changeAge(): number {
    return this.settings.statSize;
  }

  protected save(): JsonObject {
    return { random: this.#random.word, window: [...this.#window.subarray(0, this.#held)] };
  }

  protected load(state: SnapshotState): void {
    const [window, random] = [state.numbers('window'), state.number('random')];
    if (window.length > this.settings.windowSize) {
      throw state.refuse(`state.window has more than ${this.settings.windowSize} values`);
    }
    this.#window.set(window);
    this.#held = window.length;
    this.#random.word = random;
  }
}

/** The least number of steps h for which D = h / size has an exact p-value of at most alpha. */
function criticalSteps(alpha: number, size: number): number {
  let [low, high] = [Math.floor(SMALLEST_STATISTIC * size) + 1, size + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (exactTwoSampleSurvival(middle / size, size, size) <= alpha) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Kolmogorov–Smirnov windowing: the newest `statSize` values against as many drawn at random from
 * the older ones in the window. Sees any change of distribution, not only of the mean.
 *
 * A drift when the exact two-sided p-value is at most `alpha` and D > 0.1. The p-value falls with D,
 * so that the D from which it is a drift is computed once. Each new value is a test of its own: over
 * many values false alarms are far more frequent than `alpha`.
 *
 * After a drift the window is empty and the draws begin again with the seed, as in River.
 *
 * @example kswinDetector.create({ windowSize: 200, statSize: 100 }).update(1); // no drift yet
 * @see C. Raab, M. Heusinger, F.-M. Schleif, Reactive Soft Prototype Computing for Concept Drift
 * Streams, Neurocomputing 416, 2020
 */
export const kswinDetector = defineDetector({
  name: 'kswin',
  summary: 'distribution of the newest values unlike that of the older',
  input: 'number',
  warns: false,
  options: OPTIONS,
  conflict: ({ windowSize, statSize }) =>
    windowSize >= 2 * statSize
      ? null
      : `windowSize (${windowSize}) must be at least twice statSize (${statSize})`,
  make: (options) => new Kswin(options),
});

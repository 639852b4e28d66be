import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY } from './detection.js';
import {
  choiceOption,
  countOption,
  estimatedOption,
  numberOption,
  type ValuesOf,
} from './detector-option.js';
import { LARGEST_VALUE, NumberDetector } from './number-detector.js';
import type { SnapshotState } from './snapshot-state.js';

const FINITE = { from: -LARGEST_VALUE, to: LARGEST_VALUE };

const OPTIONS = {
  minInstances: countOption(30, 2, 1e9, 'values that mean and deviation are estimated from'),
  slack: numberOption(0.5, { from: 0 }, 'half the shift to be found, in standard deviations'),
  threshold: numberOption(5, { above: 0 }, 'sum that is a drift, in standard deviations'),
  mode: choiceOption('both', ['up', 'down', 'both'], 'which changes of the mean are watched'),
  mean: estimatedOption(FINITE, 'mean while nothing has changed'),
  standardDeviation: estimatedOption({ above: 0, to: LARGEST_VALUE }, 'deviation, the same'),
};

class Cusum extends NumberDetector {
  // Fields of its own: reading options from the frozen object costs more than a whole update.
  readonly #minInstances: number;
  readonly #slack: number;
  readonly #threshold: number;
  readonly #knownMean: number | null;
  readonly #knownDeviation: number | null;
  readonly #up: boolean;
  readonly #down: boolean;
  #n = 0;
  #mean = 0;
  #squares = 0;
  #rise = 0;
  #fall = 0;
  /** Values since either sum was last 0. */
  #risingFor = 0;
  #fallingFor = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('cusum', 1, settings, 'number');
    this.#minInstances = settings.minInstances;
    this.#slack = settings.slack;
    this.#threshold = settings.threshold;
    this.#knownMean = settings.mean;
    this.#knownDeviation = settings.standardDeviation;
    this.#up = settings.mode !== 'down';
    this.#down = settings.mode !== 'up';
  }

  protected step(x: number): Detection {
    this.#n += 1;
    if (this.#knownMean === null || this.#knownDeviation === null) {
      if (this.#n <= this.#minInstances) this.#learn(x);
      if (this.#n < this.#minInstances) return STEADY;
    }
    const centre = this.#knownMean ?? this.#mean;
    const unit =
      this.#knownDeviation ?? Math.sqrt(Math.max(0, this.#squares / (this.#minInstances - 1)));
    const deviation = x - centre;
    this.#rise = Math.max(0, this.#rise + deviation - this.#slack * unit);
    this.#fall = Math.max(0, this.#fall - deviation - this.#slack * unit);
    this.#risingFor = this.#rise > 0 ? this.#risingFor + 1 : 0;
    this.#fallingFor = this.#fall > 0 ? this.#fallingFor + 1 : 0;
    const limit = this.#threshold * unit;
    return (this.#up && this.#rise > limit) || (this.#down && this.#fall > limit) ? DRIFT : STEADY;
  }

  #learn(x: number): void {
    const earlier = this.#mean;
    this.#mean += (1 / this.#n) * (x - earlier);
    this.#squares += (x - earlier) * (x - this.#mean);
  }

  protected restart(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#rise = 0;
    this.#fall = 0;
    this.#risingFor = 0;
    this.#fallingFor = 0;
  }

  protected changeAge(): number {
    if (!this.#up) return this.#fallingFor;
    return !this.#down || this.#rise > this.#fall ? this.#risingFor : this.#fallingFor;
  }

  protected save(): JsonObject {
    return {
      n: this.#n,
      mean: this.#mean,
      squares: this.#squares,
      rise: this.#rise,
      fall: this.#fall,
      risingFor: this.#risingFor,
      fallingFor: this.#fallingFor,
    };
  }

  protected load(state: SnapshotState): void {
    this.#n = state.count('n');
    this.#mean = state.number('mean');
    this.#squares = state.number('squares');
    this.#rise = state.number('rise');
    this.#fall = state.number('fall');
    this.#risingFor = state.count('risingFor');
    this.#fallingFor = state.count('fallingFor');
  }
}

/**
 * Tabular CUSUM against a fixed mean μ and deviation σ, which are given or estimated from the first
 * `minInstances` values.
 *
 * S⁺ ← max(0, S⁺ + (x − μ) − kσ), S⁻ ← max(0, S⁻ − (x − μ) − kσ), with k the `slack`; a drift when
 * one of them exceeds hσ, with h the `threshold`. With μ and σ known and normal values, k = 0.5 and
 * h = 5 give a false alarm every 465 values and find a shift of 1σ after 10.4.
 *
 * Where the first values are all the same, σ is 0 and any other value is a drift.
 *
 * @example cusumDetector.create({ mean: 10, standardDeviation: 1 }).update(12); // no drift: S⁺ = 1.5
 * @see E. S. Page, Continuous Inspection Schemes, Biometrika 41, 1954
 * @see D. C. Montgomery, Introduction to Statistical Quality Control, 7th ed., 2013, section 9.1
 */
export const cusumDetector = defineDetector({
  name: 'cusum',
  summary: 'mean that has moved from a fixed one',
  input: 'number',
  warns: false,
  options: OPTIONS,
  make: (options) => new Cusum(options),
});

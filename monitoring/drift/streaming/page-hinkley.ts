import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY } from './detection.js';
import { choiceOption, countOption, numberOption, type ValuesOf } from './detector-option.js';
import { NumberDetector } from './number-detector.js';
import { finiteOrNull, type SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  minInstances: countOption(30, 1, 1e9, 'values before the first alarm'),
  delta: numberOption(
    0.005,
    { from: 0 },
    "change of the mean that is let pass, in the value's unit",
  ),
  threshold: numberOption(
    50,
    { above: 0 },
    "sum of deviations that is a drift, in the value's unit",
  ),
  alpha: numberOption(0.9999, { above: 0, to: 1 }, 'what of the sum is kept from value to value'),
  mode: choiceOption('both', ['up', 'down', 'both'], 'which changes of the mean are watched'),
};

class PageHinkley extends NumberDetector {
  // Fields of its own: reading options from the frozen object costs more than a whole update.
  readonly #minInstances: number;
  readonly #delta: number;
  readonly #threshold: number;
  readonly #alpha: number;
  readonly #up: boolean;
  readonly #down: boolean;
  #n = 0;
  #mean = 0;
  #rise = 0;
  #leastRise = Number.POSITIVE_INFINITY;
  #sinceLeast = 0;
  #fall = 0;
  #greatestFall = Number.NEGATIVE_INFINITY;
  #sinceGreatest = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('page-hinkley', 1, settings, 'number');
    this.#minInstances = settings.minInstances;
    this.#delta = settings.delta;
    this.#threshold = settings.threshold;
    this.#alpha = settings.alpha;
    this.#up = settings.mode !== 'down';
    this.#down = settings.mode !== 'up';
  }

  protected step(x: number): Detection {
    this.#n += 1;
    this.#mean += (1 / this.#n) * (x - this.#mean);
    const deviation = x - this.#mean;
    this.#rise = this.#alpha * this.#rise + deviation - this.#delta;
    this.#fall = this.#alpha * this.#fall + deviation + this.#delta;
    this.#sinceLeast += 1;
    this.#sinceGreatest += 1;
    if (this.#rise < this.#leastRise) {
      this.#leastRise = this.#rise;
      this.#sinceLeast = 0;
    }
    if (this.#fall > this.#greatestFall) {
      this.#greatestFall = this.#fall;
      this.#sinceGreatest = 0;
    }
    if (this.#n < this.#minInstances) return STEADY;
    return this.#risen() || this.#fallen() ? DRIFT : STEADY;
  }

  #risen(): boolean {
    return this.#up && this.#rise - this.#leastRise > this.#threshold;
  }

  #fallen(): boolean {
    return this.#down && this.#greatestFall - this.#fall > this.#threshold;
  }

  protected restart(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#rise = 0;
    this.#leastRise = Number.POSITIVE_INFINITY;
    this.#sinceLeast = 0;
    this.#fall = 0;
    this.#greatestFall = Number.NEGATIVE_INFINITY;
    this.#sinceGreatest = 0;
  }

  protected changeAge(): number {
    return this.#risen() ? this.#sinceLeast : this.#sinceGreatest;
  }

  protected save(): JsonObject {
    return {
      n: this.#n,
      mean: this.#mean,
      rise: this.#rise,
      leastRise: finiteOrNull(this.#leastRise),
      sinceLeast: this.#sinceLeast,
      fall: this.#fall,
      greatestFall: finiteOrNull(this.#greatestFall),
      sinceGreatest: this.#sinceGreatest,
    };
  }

  protected load(state: SnapshotState): void {
    this.#n = state.count('n');
    this.#mean = state.number('mean');
    this.#rise = state.number('rise');
    this.#leastRise = state.numberOr('leastRise', Number.POSITIVE_INFINITY);
    this.#sinceLeast = state.count('sinceLeast');
    this.#fall = state.number('fall');
    this.#greatestFall = state.numberOr('greatestFall', Number.NEGATIVE_INFINITY);
    this.#sinceGreatest = state.count('sinceGreatest');
  }
}

/**
 * Page–Hinkley test: the sum of the deviations from the running mean, less what is let pass, far
 * above its least (a rise) or, with the signs turned, below its greatest (a fall).
 *
 * U ← α·U + (x − x̄) − δ; a rise when U − min U > λ. Both `delta` and `threshold` are in the
 * value's own unit: the defaults are for errors between 0 and 1.
 *
 * @example pageHinkleyDetector.create({ mode: 'up' }).update(0.3); // { warning: false, drift: false }
 * @see E. S. Page, Continuous Inspection Schemes, Biometrika 41, 1954
 */
export const pageHinkleyDetector = defineDetector({
  name: 'page-hinkley',
  summary: 'mean that has moved from its running average',
  input: 'number',
  warns: false,
  options: OPTIONS,
  make: (options) => new PageHinkley(options),
});

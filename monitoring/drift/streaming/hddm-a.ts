import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY, WARNING } from './detection.js';
import { numberOption, switchOption, type ValuesOf } from './detector-option.js';
import { NumberDetector } from './number-detector.js';
import type { SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  driftConfidence: numberOption(0.001, { above: 0, below: 1 }, 'significance of a drift'),
  warningConfidence: numberOption(0.005, { above: 0, below: 1 }, 'significance of a warning'),
  twoSided: switchOption(false, 'watch for a falling mean as well as a rising one'),
};

class HddmA extends NumberDetector {
  readonly #cutLog: number;
  readonly #driftLog: number;
  readonly #warningLog: number;
  readonly #twoSided: boolean;
  #n = 0;
  #mean = 0;
  /** The beginning of the stream whose mean is surely lowest, and surely highest. */
  #lowN = 0;
  #lowMean = 0;
  #highN = 0;
  #highMean = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('hddm-a', 1, settings, 'share');
    this.#cutLog = Math.log(1 / settings.driftConfidence);
    this.#driftLog = Math.log(2 / settings.driftConfidence);
    this.#warningLog = Math.log(2 / settings.warningConfidence);
    this.#twoSided = settings.twoSided;
  }

  protected step(x: number): Detection {
    this.#n += 1;
    this.#mean += (1 / this.#n) * (x - this.#mean);
    const bound = this.#bound(this.#n);
    if (this.#lowN === 0 || this.#lowMean + this.#bound(this.#lowN) >= this.#mean + bound) {
      this.#lowN = this.#n;
      this.#lowMean = this.#mean;
    }
    const rise = this.#mean - this.#lowMean;
    const risen = this.#judge(this.#lowN, rise);
    if (!this.#twoSided) return risen;
    if (this.#highN === 0 || this.#highMean - this.#bound(this.#highN) <= this.#mean - bound) {
      this.#highN = this.#n;
      this.#highMean = this.#mean;
    }
    if (risen === DRIFT) return risen;
    const fallen = this.#judge(this.#highN, this.#highMean - this.#mean);
    return fallen === STEADY ? risen : fallen;
  }

  /** Hoeffding's bound on the mean of n values. */
  #bound(n: number): number {
    return Math.sqrt((1 / (2 * n)) * this.#cutLog);
  }

  /** Whether the whole mean is surely off the mean of the first `cut` values. */
  #judge(cut: number, difference: number): Detection {
    if (cut === this.#n) return STEADY;
    const m = ((this.#n - cut) / cut) * (1 / this.#n);
    if (difference >= Math.sqrt((m / 2) * this.#driftLog)) return DRIFT;
    return difference >= Math.sqrt((m / 2) * this.#warningLog) ? WARNING : STEADY;
  }

  protected restart(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#lowN = 0;
    this.#lowMean = 0;
    this.#highN = 0;
    this.#highMean = 0;
  }

  protected changeAge(): number {
    const risen = this.#judge(this.#lowN, this.#mean - this.#lowMean) === DRIFT;
    return this.#n - (risen ? this.#lowN : this.#highN);
  }

  protected save(): JsonObject {
    return {
      n: this.#n,
      mean: this.#mean,
      lowN: this.#lowN,
      lowMean: this.#lowMean,
      highN: this.#highN,
      highMean: this.#highMean,
    };
  }

  protected load(state: SnapshotState): void {
    this.#n = state.count('n');
    this.#mean = state.number('mean');
    this.#lowN = state.count('lowN');
    this.#lowMean = state.number('lowMean');
    this.#highN = state.count('highN');
    this.#highMean = state.number('highMean');
  }
}

/**
 * Drift detection by Hoeffding's inequality on averages (A-test): no distribution is assumed.
 *
 * The beginning of the stream with the least x̄ + √(ln(1/δ) / 2n) is the cut. A rise is a drift when
 * the whole mean exceeds that of the beginning by √(m/2 · ln(2/δ)) or more, where
 * m = (n − n₁) / (n₁ n).
 *
 * @example hddmADetector.create({ twoSided: true }).update(0.25); // { warning: false, drift: false }
 * @see I. Frías-Blanco et al., Online and Non-Parametric Drift Detection Methods Based on Hoeffding's
 * Bounds, IEEE TKDE 27, 2015
 */
export const hddmADetector = defineDetector({
  name: 'hddm-a',
  summary: 'mean of errors that has surely moved (averages)',
  input: 'share',
  warns: true,
  options: OPTIONS,
  make: (options) => new HddmA(options),
});

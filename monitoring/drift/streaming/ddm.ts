import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY, WARNING } from './detection.js';
import { countOption, numberOption, type ValuesOf } from './detector-option.js';
import { NumberDetector } from './number-detector.js';
import { finiteOrNull, type SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  warmStart: countOption(30, 0, 1e9, 'values before the first alarm'),
  warningThreshold: numberOption(2, { above: 0 }, 'deviations past the best level for a warning'),
  driftThreshold: numberOption(3, { above: 0 }, 'deviations past the best level for a drift'),
};

class Ddm extends NumberDetector {
  // Fields of its own: reading options from the frozen object costs more than a whole update.
  readonly #warmStart: number;
  readonly #warningThreshold: number;
  readonly #driftThreshold: number;
  #n = 0;
  #rate = 0;
  #bestRate = Number.POSITIVE_INFINITY;
  #bestDeviation = 0;
  /** Values since the warning level was last reached without a break. */
  #raisedFor = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('ddm', 1, settings, 'error');
    this.#warmStart = settings.warmStart;
    this.#warningThreshold = settings.warningThreshold;
    this.#driftThreshold = settings.driftThreshold;
  }

  protected step(x: number): Detection {
    this.#n += 1;
    this.#rate += (1 / this.#n) * (x - this.#rate);
    if (this.#n <= this.#warmStart) return STEADY;
    const rate = this.#rate;
    const deviation = Math.sqrt((rate * (1 - rate)) / this.#n);
    const level = rate + deviation;
    if (level <= this.#bestRate + this.#bestDeviation) {
      this.#bestRate = rate;
      this.#bestDeviation = deviation;
    }
    const drift = level > this.#bestRate + this.#driftThreshold * this.#bestDeviation;
    if (!drift && level <= this.#bestRate + this.#warningThreshold * this.#bestDeviation) {
      this.#raisedFor = 0;
      return STEADY;
    }
    this.#raisedFor += 1;
    return drift ? DRIFT : WARNING;
  }

  protected restart(): void {
    this.#n = 0;
    this.#rate = 0;
    this.#bestRate = Number.POSITIVE_INFINITY;
    this.#bestDeviation = 0;
    this.#raisedFor = 0;
  }

  protected changeAge(): number {
    return this.#raisedFor;
  }

  protected save(): JsonObject {
    return {
      n: this.#n,
      rate: this.#rate,
      bestRate: finiteOrNull(this.#bestRate),
      bestDeviation: this.#bestDeviation,
      raisedFor: this.#raisedFor,
    };
  }

  protected load(state: SnapshotState): void {
    this.#n = state.count('n');
    this.#rate = state.number('rate');
    this.#bestRate = state.numberOr('bestRate', Number.POSITIVE_INFINITY);
    this.#bestDeviation = state.number('bestDeviation');
    this.#raisedFor = state.count('raisedFor');
  }
}

/**
 * Drift detection method: the error rate of a learner on a stable stream falls; one that rises
 * well above its best says that the stream has changed.
 *
 * With p the share of errors among n values and s = √(p(1 − p)/n), the least p + s seen is kept as
 * p′ and s′. A warning while p + s > p′ + 2s′, a drift at p + s > p′ + 3s′.
 *
 * After more than `warmStart` values without any error s′ is 0, so that the first error is a
 * drift: as published, and as River does it.
 *
 * @example
 * const detector = ddmDetector.create({ driftThreshold: 3.5 });
 * detector.update(1); // { warning: false, drift: false }
 * @see J. Gama, P. Medas, G. Castillo, P. Rodrigues, Learning with Drift Detection, 2004
 */
export const ddmDetector = defineDetector({
  name: 'ddm',
  summary: 'error rate above its best by some deviations',
  input: 'error',
  warns: true,
  options: OPTIONS,
  make: (options) => new Ddm(options),
});

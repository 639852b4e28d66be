import type { JsonObject } from '../../../contracts/index.js';
import { defineDetector } from './descriptor.js';
import { type Detection, DRIFT, STEADY, WARNING } from './detection.js';
import { countOption, numberOption, type ValuesOf } from './detector-option.js';
import { NumberDetector } from './number-detector.js';
import type { SnapshotState } from './snapshot-state.js';

const OPTIONS = {
  warmStart: countOption(30, 0, 1e9, 'errors before the first alarm'),
  alpha: numberOption(0.95, { above: 0, below: 1 }, 'share of the best level for a warning'),
  beta: numberOption(0.9, { above: 0, below: 1 }, 'share of the best level for a drift'),
};

class Eddm extends NumberDetector {
  // Fields of its own: reading options from the frozen object costs more than a whole update.
  readonly #warmStart: number;
  readonly #alpha: number;
  readonly #beta: number;
  #n = 0;
  #errors = 0;
  #lastError = 0;
  #meanDistance = 0;
  /** Sum of squared deviations from the mean distance. */
  #squares = 0;
  #bestLevel = -1;
  /** Where the warning that still holds began, as a count of values; 0 while there is none. */
  #raisedAt = 0;

  constructor(settings: ValuesOf<typeof OPTIONS>) {
    super('eddm', 1, settings, 'error');
    this.#warmStart = settings.warmStart;
    this.#alpha = settings.alpha;
    this.#beta = settings.beta;
  }

  protected step(x: number): Detection {
    this.#n += 1;
    // Between errors nothing is known: what the last one said still holds.
    return x === 0 ? this.last : this.#onError();
  }

  #onError(): Detection {
    const distance = this.#n - this.#lastError;
    this.#lastError = this.#n;
    this.#errors += 1;
    const earlier = this.#meanDistance;
    this.#meanDistance += (1 / this.#errors) * (distance - earlier);
    this.#squares += (distance - earlier) * (distance - this.#meanDistance);
    if (this.#n <= this.#warmStart) return this.last;
    const deviation = this.#errors > 1 ? Math.sqrt(this.#squares / (this.#errors - 1)) : 0;
    const level = this.#meanDistance + 2 * deviation;
    if (level > this.#bestLevel) {
      this.#bestLevel = level;
      return this.last;
    }
    if (this.#errors <= this.#warmStart) return this.last;
    const share = level / this.#bestLevel;
    if (share >= this.#alpha) {
      this.#raisedAt = 0;
      return STEADY;
    }
    if (this.#raisedAt === 0) this.#raisedAt = this.#n;
    return share < this.#beta ? DRIFT : WARNING;
  }

  protected restart(): void {
    this.#n = 0;
    this.#errors = 0;
    this.#lastError = 0;
    this.#meanDistance = 0;
    this.#squares = 0;
    this.#bestLevel = -1;
    this.#raisedAt = 0;
  }

  protected changeAge(): number {
    return this.#n - this.#raisedAt + 1;
  }

  protected save(): JsonObject {
    return {
      n: this.#n,
      errors: this.#errors,
      lastError: this.#lastError,
      meanDistance: this.#meanDistance,
      squares: this.#squares,
      bestLevel: this.#bestLevel,
      raisedAt: this.#raisedAt,
    };
  }

  protected load(state: SnapshotState): void {
    this.#n = state.count('n');
    this.#errors = state.count('errors');
    this.#lastError = state.count('lastError');
    this.#meanDistance = state.number('meanDistance');
    this.#squares = state.number('squares');
    this.#bestLevel = state.number('bestLevel');
    this.#raisedAt = state.count('raisedAt');
  }
}

/**
 * Early drift detection method: watches the distance between errors, which grows while a learner
 * learns and shrinks when the stream changes, also slowly.
 *
 * With m the mean distance and s its standard deviation (n − 1), the largest m + 2s seen is the
 * best. A warning while (m + 2s) / best < `alpha`, a drift at < `beta`.
 *
 * Between two errors, and at an error that makes a new best, the last answer stands, as in River.
 *
 * @example eddmDetector.create({ alpha: 0.9, beta: 0.8 }).update(0); // { warning: false, drift: false }
 * @see M. Baena-García et al., Early Drift Detection Method, 2006
 */
export const eddmDetector = defineDetector({
  name: 'eddm',
  aliases: ['earliest'],
  summary: 'errors that come closer together',
  input: 'error',
  warns: true,
  options: OPTIONS,
  conflict: ({ alpha, beta }) =>
    beta <= alpha ? null : `beta (${beta}) must be at most alpha (${alpha})`,
  make: (options) => new Eddm(options),
});

import type { JsonObject } from '../../../contracts/index.js';
import { type Detection, DRIFT, STEADY } from './detection.js';
import type { DetectorOptionValues, StreamValue } from './detector.js';
import { countOption, switchOption } from './detector-option.js';
import { INPUT_IN_WORDS, takesValue } from './number-detector.js';
import { RandomState } from './random-state.js';
import type { Rows } from './row-distances.js';
import { ROUNDING, runTimeThresholds } from './run-time-thresholds.js';
import type { SnapshotState } from './snapshot-state.js';
import { StreamingDetector } from './streaming-detector.js';
import { type PreparedStatistic, splitReference, type WindowTest } from './window-test.js';

/** Options that every online two-sample test has. */
export const ONLINE_TEST_OPTIONS = {
  referenceSize: countOption(
    500,
    20,
    5_000,
    'first values, which the later ones are tested against',
  ),
  windowSize: countOption(20, 2, 500, 'newest values, which are tested'),
  expectedRunTime: countOption(1_000, 10, 100_000, 'values to a false alarm, on average'),
  bootstraps: countOption(10_000, 100, 1_000_000, 'streams simulated to find the thresholds'),
  keepReference: switchOption(false, 'keep the reference after a drift instead of a new one'),
  seed: countOption(1, 0, 2 ** 32 - 1, 'of simulation and draws'),
};

export interface OnlineTestSettings extends DetectorOptionValues {
  readonly referenceSize: number;
  readonly windowSize: number;
  readonly expectedRunTime: number;
  readonly bootstraps: number;
  readonly keepReference: boolean;
  readonly seed: number;
}

/** What does not fit together in the options. */
export function onlineTestConflict(settings: OnlineTestSettings): string | null {
  const { referenceSize, windowSize, expectedRunTime, bootstraps } = settings;
  if (referenceSize < 4 * windowSize) {
    return `referenceSize (${referenceSize}) must be at least four times windowSize (${windowSize})`;
  }
  return bootstraps >= expectedRunTime
    ? null
    : `bootstraps (${bootstraps}) must be at least expectedRunTime (${expectedRunTime})`;
}

interface Monitoring {
  readonly thresholds: Float64Array;
  readonly test: WindowTest;
  /** Newest rows since monitoring began, at most a window of them, oldest first. */
  readonly recent: Float64Array;
  rows: number;
}

/** Collects a reference, simulates thresholds on it once, then tests each window of newest rows. */
export abstract class OnlineTest extends StreamingDetector<StreamValue> {
  /** Numbers in a row; 0 before the first. */
  #width = 0;
  #reference: number[] = [];
  #monitoring: Monitoring | null = null;

  constructor(
    name: string,
    private readonly settings: OnlineTestSettings,
  ) {
    super(name, 1, settings);
  }

  protected abstract prepare(reference: Rows, random: RandomState): PreparedStatistic;

  protected check(x: StreamValue): void {
    const width = typeof x === 'number' ? 1 : (x?.length ?? 0);
    if (width === 0 || (this.#width !== 0 && width !== this.#width)) {
      const wanted =
        this.#width === 0 ? 'at least one number' : `${this.#width} numbers, as before`;
      throw new RangeError(`${this.name} takes rows of ${wanted}, not of ${width}`);
    }
    for (let i = 0; i < width; i += 1) {
      const value = typeof x === 'number' ? x : x[i];
      if (typeof value === 'number' && takesValue('number', value)) continue;
      throw new RangeError(`${this.name} takes ${INPUT_IN_WORDS.number}, not ${String(value)}`);
    }
  }

  protected step(x: StreamValue): Detection {
    // −0 becomes 0: JSON does not tell them apart.
    const row = Array.from(typeof x === 'number' ? [x] : x, (value) => value + 0);
    this.#width = row.length;
    if (this.#monitoring === null) {
      this.#reference.push(...row);
      if (this.#reference.length === this.settings.referenceSize * row.length) this.#begin(null);
      return STEADY;
    }
    const { thresholds, test, recent } = this.#monitoring;
    recent.copyWithin(0, row.length);
    recent.set(row, recent.length - row.length);
    this.#monitoring.rows += 1;
    const threshold = thresholds[Math.min(this.#monitoring.rows, thresholds.length) - 1] ?? 0;
    const statistic = test.push({ values: Float64Array.from(row), width: row.length });
    return statistic > threshold + ROUNDING ? DRIFT : STEADY;
  }

  /** Opens a window on the reference; thresholds that are known need no simulation. */
  #begin(known: Float64Array | null): void {
    const { windowSize, referenceSize, expectedRunTime, bootstraps, seed } = this.settings;
    const random = new RandomState(seed);
    const reference = { values: Float64Array.from(this.#reference), width: this.#width };
    const statistic = this.prepare(reference, random);
    const test = statistic.open(splitReference(referenceSize, windowSize, random));
    const thresholds =
      known ??
      runTimeThresholds(statistic.simulate(bootstraps, random), windowSize, expectedRunTime);
    const recent = new Float64Array(windowSize * this.#width);
    this.#monitoring = { thresholds, test, recent, rows: 0 };
  }

  protected restart(): void {
    if (this.settings.keepReference && this.#monitoring !== null) {
      this.#begin(this.#monitoring.thresholds);
      return;
    }
    this.#forget();
  }

  override reset(): void {
    this.#forget();
    super.reset();
  }

  #forget(): void {
    this.#width = 0;
    this.#reference = [];
    this.#monitoring = null;
  }

  protected changeAge(): number {
    return Math.min(this.#monitoring?.rows ?? 0, this.settings.windowSize);
  }

  protected save(): JsonObject {
    const monitoring = this.#monitoring;
    return {
      width: this.#width,
      reference: [...this.#reference],
      thresholds: [...(monitoring?.thresholds ?? [])],
      rows: monitoring?.rows ?? 0,
      recent: monitoring === null ? [] : [...this.#recentRows(monitoring)],
    };
  }

  #recentRows({ recent, rows }: Monitoring): Float64Array {
    return recent.subarray(recent.length - Math.min(rows * this.#width, recent.length));
  }

  protected load(state: SnapshotState): void {
    const { referenceSize, windowSize } = this.settings;
    const width = state.count('width');
    const reference = state.numbers('reference');
    const thresholds = state.numbers('thresholds');
    const rows = state.count('rows');
    const recent = state.numbers('recent', Math.min(rows, windowSize) * width);
    const whole = reference.length === referenceSize * width && width > 0;
    if (
      thresholds.length !== (whole ? windowSize : 0) ||
      reference.length > referenceSize * width
    ) {
      throw state.refuse('state.reference and state.thresholds do not fit the options');
    }
    this.#forget();
    this.#width = width;
    this.#reference = [...reference];
    if (!whole) return;
    this.#begin(Float64Array.from(thresholds));
    this.#replay(Float64Array.from(recent), rows);
  }

  /** Brings the window to where it was: it holds the newest rows alone. */
  #replay(recent: Float64Array, rows: number): void {
    const monitoring = this.#monitoring;
    if (monitoring === null) return;
    monitoring.recent.set(recent, monitoring.recent.length - recent.length);
    monitoring.rows = rows;
    for (let start = 0; start < recent.length; start += this.#width) {
      const values = recent.slice(start, start + this.#width);
      monitoring.test.push({ values, width: this.#width });
    }
  }
}

/** Where an error stream was since its detector began anew. Three lists of equal length. */
export interface ErrorTrail {
  /** Numbers of the rows that are kept, from 1, ascending; the newest row is the last. */
  readonly rows: readonly number[];
  /** Their event times. */
  readonly timesMs: readonly number[];
  /** Sum of all errors up to each. */
  readonly sums: readonly number[];
}

/** What the trail says of a change. */
export interface TrailCut {
  /** Event time of the first row after it. */
  readonly fromMs: number;
  /** Mean error on either side of the change; `null` where nothing is before it. */
  readonly before: number | null;
  readonly after: number;
  /** Rows that `after` is the mean of, ≥ 1. */
  readonly rows: number;
}

/** Rows that are kept between windows. */
export const MOST_PLACES = 2_000;

/** Rows after a split whose mean is no outlier's. */
const FEWEST_AFTER = 10;

/**
 * Remembers when the rows of a stream were, so that a detector's "the last n values" becomes a time.
 * Every row of the newest window is there, of a long past every second, fourth, … row: a cut then
 * falls on the next row that is there, never on one before the change.
 */
export class TrailRecorder {
  readonly #rows: number[];
  readonly #timesMs: number[];
  readonly #sums: number[];

  constructor(trail: ErrorTrail = { rows: [], timesMs: [], sums: [] }) {
    this.#rows = [...trail.rows];
    this.#timesMs = [...trail.timesMs];
    this.#sums = [...trail.sums];
  }

  add(timeMs: number, error: number): void {
    this.#rows.push((this.#rows.at(-1) ?? 0) + 1);
    this.#timesMs.push(timeMs);
    this.#sums.push((this.#sums.at(-1) ?? 0) + error);
  }

  /** Forgets everything: the detector begins anew. */
  clear(): void {
    for (const list of [this.#rows, this.#timesMs, this.#sums]) list.length = 0;
  }

  /**
   * The change before the newest `rowsSince` rows.
   *
   * Some detectors count generously: ADWIN finds a rise within a dozen rows and still holds a hundred
   * from before it. The change is therefore the later of what the detector says and of the split with
   * the largest k(n − k)/n · (x̄₁ − x̄₂)², the least-squares estimate of one change among n rows. The
   * means are of the best split that leaves ten rows after it: of fewer, an outlier would be the mean.
   *
   * @returns `null` where nothing was added yet
   * @see D. V. Hinkley, Inference about the Change-Point in a Sequence of Random Variables, 1970
   */
  cut(rowsSince: number): TrailCut | null {
    const last = this.#rows.length - 1;
    const newest = this.#rows[last];
    const total = this.#sums[last] ?? 0;
    if (newest === undefined) return null;
    const first = newest - Math.max(1, rowsSince) + 1;
    let place = last;
    while (place > 0 && (this.#rows[place - 1] ?? 0) >= first) place -= 1;
    const sharpest = { contrast: 0, place: -1 };
    const sure = { contrast: 0, place: -1 };
    for (let k = 0; k < last; k += 1) {
      const [rows, sum] = [this.#rows[k] ?? 0, this.#sums[k] ?? 0];
      const rest = newest - rows;
      const contrast = ((rows * rest) / newest) * (sum / rows - (total - sum) / rest) ** 2;
      if (contrast > sharpest.contrast) Object.assign(sharpest, { contrast, place: k });
      const isSure = rest >= Math.min(FEWEST_AFTER, rowsSince);
      if (isSure && contrast > sure.contrast) Object.assign(sure, { contrast, place: k });
    }
    const split = sure.place;
    const [rows, sum] = [this.#rows[split] ?? 0, this.#sums[split] ?? 0];
    const rest = newest - rows;
    return {
      fromMs: this.#timesMs[Math.max(place, sharpest.place + 1)] ?? 0,
      before: rows === 0 ? null : sum / rows,
      after: (total - sum) / rest,
      rows: rest,
    };
  }

  /** At most {@link MOST_PLACES} rows, the newest among them. */
  trail(): ErrorTrail {
    const newest = this.#rows.at(-1) ?? 0;
    let step = 1;
    // One place is the newest row's, whatever its number.
    while (newest / step > MOST_PLACES - 1) step *= 2;
    const kept = (_: number, place: number): boolean => {
      const row = this.#rows[place] ?? 0;
      return row % step === 0 || row === newest;
    };
    return {
      rows: this.#rows.filter(kept),
      timesMs: this.#timesMs.filter(kept),
      sums: this.#sums.filter(kept),
    };
  }
}

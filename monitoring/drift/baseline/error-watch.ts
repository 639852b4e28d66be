import type { ConceptDriftSpec, DriftVerdict } from '../../../contracts/index.js';
import {
  createDetector,
  type Detector,
  type DetectorSnapshot,
  restoreDetector,
} from '../streaming/index.js';
import {
  type ErrorRise,
  type ErrorSum,
  isBack,
  meanOf,
  minus,
  NO_ERRORS,
  plus,
  SMALLEST_RISE,
} from './error-rise.js';
import { type ErrorTrail, TrailRecorder } from './error-trail.js';

export const ERROR_WATCH_FORMAT = 'millrace-error-watch/1';

/** All that a detector needs to go on where the last window ended. Stored as JSON. */
export interface ErrorWatchState {
  readonly format: typeof ERROR_WATCH_FORMAT;
  readonly snapshot: DetectorSnapshot;
  readonly trail: ErrorTrail;
  /** Rows outside of rises: what errors of this version usually are. */
  readonly calm: ErrorSum;
  readonly rise: ErrorRise | null;
}

export interface ErrorWatch {
  /** `insufficient`: no row came, or a rise was found and too few rows came since to judge it. */
  readonly verdict: DriftVerdict;
  /** The rise that stands at the end of the window. */
  readonly rise: ErrorRise | null;
  readonly rows: number;
  /** Times that the detector said drift, rise or fall. */
  readonly alarms: number;
  readonly state: ErrorWatchState;
}

/** The labelled rows of a window in order of event time: a finite error each. */
export interface WindowErrors {
  readonly timesMs: Float64Array;
  readonly errors: Float64Array;
  /** Mean error when the model was registered; `null` where it is not known. */
  readonly atRegistration: number | null;
  /** Rows that a verdict needs. */
  readonly minRows: number;
}

/**
 * Takes a window's errors through a detector, from where the window before left it. The same state and
 * rows give the same answer: a window that is measured twice counts once.
 *
 * A detector alarms once and then starts anew, though errors stay high. A rise therefore stands until
 * errors are nearer again to what they were. It is `drift` once `minRows` rows since the change bear
 * it out, so that the mornings of a daily cycle are none. Falls are no drift to act on.
 *
 * @param state - of the window before; `null` for a new detector
 * @throws RangeError on an unknown detector, an option out of range, or a value it does not take
 * @example
 * const { verdict, rise } = watchErrors({ detector: 'adwin', options: {} }, null, errors);
 */
export function watchErrors(
  spec: ConceptDriftSpec,
  state: ErrorWatchState | null,
  window: WindowErrors,
): ErrorWatch {
  const watch = new Watch(spec, state, window);
  return watch.run();
}

/** Whether stored JSON is a state that this very detector, with these options, can go on from. */
export function continuesFrom(state: unknown, spec: ConceptDriftSpec): state is ErrorWatchState {
  if (typeof state !== 'object' || state === null) return false;
  if (!('format' in state) || state.format !== ERROR_WATCH_FORMAT) return false;
  const { snapshot } = state as ErrorWatchState;
  const fresh = createDetector(spec.detector, spec.options);
  return (
    snapshot.detector === fresh.name &&
    Object.entries(fresh.options).every(([name, value]) => snapshot.options[name] === value)
  );
}

class Watch {
  readonly #detector: Detector;
  readonly #trail: TrailRecorder;
  readonly #window: WindowErrors;
  #calm: ErrorSum;
  #rise: ErrorRise | null;
  #alarms = 0;

  constructor(spec: ConceptDriftSpec, state: ErrorWatchState | null, window: WindowErrors) {
    this.#detector =
      state === null
        ? createDetector(spec.detector, spec.options)
        : restoreDetector(state.snapshot);
    this.#trail = new TrailRecorder(state?.trail);
    this.#window = window;
    this.#calm = state?.calm ?? NO_ERRORS;
    this.#rise = state?.rise ?? null;
  }

  run(): ErrorWatch {
    const { errors, timesMs } = this.#window;
    const standing = this.#rise?.since ?? NO_ERRORS;
    errors.forEach((error, row) => {
      this.#add(timesMs[row] ?? Number.NaN, error);
    });
    const verdict = this.#judge(standing);
    return {
      verdict,
      rise: this.#rise,
      rows: errors.length,
      alarms: this.#alarms,
      state: {
        format: ERROR_WATCH_FORMAT,
        snapshot: this.#detector.snapshot(),
        trail: this.#trail.trail(),
        calm: this.#calm,
        rise: this.#rise,
      },
    };
  }

  #add(timeMs: number, error: number): void {
    // As the detector does: after an alarm the next value is the first of a new stream.
    if (this.#detector.last.drift) this.#trail.clear();
    this.#trail.add(timeMs, error);
    const own = { rows: 1, sum: error };
    if (this.#rise === null) this.#calm = plus(this.#calm, own);
    else this.#rise = { ...this.#rise, since: plus(this.#rise.since, own) };
    if (!this.#detector.update(error).drift) return;
    this.#alarms += 1;
    this.#onAlarm(timeMs);
  }

  #onAlarm(foundMs: number): void {
    const cut = this.#trail.cut(this.#detector.sinceChange ?? 1);
    if (cut === null) return;
    const { fromMs, after, rows } = cut;
    const since = { rows, sum: after * rows };
    if (this.#rise !== null) {
      // What came between the two: gone back, the earlier rise is over; else it is still the one.
      const between = minus(this.#rise.since, since);
      if (!isBack(this.#rise, between)) return;
      this.#calm = plus(this.#calm, this.#rise.since);
      this.#rise = null;
    }
    const calm = minus(this.#calm, since);
    const usual = calm.rows >= this.#window.minRows ? meanOf(calm) : null;
    const before = usual ?? this.#window.atRegistration ?? cut.before ?? meanOf(calm);
    if (before === null || after <= before * (1 + SMALLEST_RISE)) return;
    this.#calm = calm;
    this.#rise = { foundMs, fromMs, before, after, since };
  }

  /** @param standing - what the rise had before this window */
  #judge(standing: ErrorSum): DriftVerdict {
    const { errors, minRows } = this.#window;
    if (errors.length === 0) return 'insufficient';
    if (this.#rise === null) return 'no-drift';
    const { since } = this.#rise;
    // The newest rows say best whether it has gone back; too few of them, all since the change.
    const newest = since.rows > standing.rows ? minus(since, standing) : since;
    const judged = newest.rows >= minRows ? newest : since;
    if (judged.rows < minRows) return 'insufficient';
    if (!isBack(this.#rise, judged)) return 'drift';
    this.#calm = plus(this.#calm, since);
    this.#rise = null;
    return 'no-drift';
  }
}

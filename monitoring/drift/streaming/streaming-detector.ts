import type { JsonObject } from '../../../contracts/index.js';
import { type Detection, DRIFT, detectionName, STEADY } from './detection.js';
import type { Detector, DetectorOptionValues, DetectorSnapshot, StreamValue } from './detector.js';
import type { SnapshotState } from './snapshot-state.js';

/** What every detector has: checking, restarting after a drift, and the snapshot's frame. */
export abstract class StreamingDetector<X extends StreamValue = number> implements Detector<X> {
  #seen = 0;
  #last: Detection = STEADY;

  constructor(
    readonly name: string,
    readonly version: number,
    readonly options: DetectorOptionValues,
  ) {}

  get seen(): number {
    return this.#seen;
  }

  get last(): Detection {
    return this.#last;
  }

  get sinceChange(): number | null {
    return this.#last === DRIFT ? this.changeAge() : null;
  }

  update(x: X): Detection {
    this.check(x);
    if (this.#last === DRIFT) {
      // As late as this, so that after a drift the state still tells where the change was.
      this.restart();
      this.#last = STEADY;
    }
    this.#seen += 1;
    this.#last = this.step(x);
    return this.#last;
  }

  reset(): void {
    this.restart();
    this.#seen = 0;
    this.#last = STEADY;
  }

  snapshot(): DetectorSnapshot {
    return {
      detector: this.name,
      version: this.version,
      options: this.options,
      seen: this.#seen,
      last: detectionName(this.#last),
      state: this.save(),
    };
  }

  /** Puts a snapshot's parts in place. @throws RangeError when the state is not one of this detector */
  resume(seen: number, last: Detection, state: SnapshotState): void {
    this.load(state);
    this.#seen = seen;
    this.#last = last;
  }

  /** @throws RangeError unless this detector takes the value */
  protected abstract check(x: X): void;
  protected abstract step(x: X): Detection;
  /** Forgets what led to the last drift. */
  protected abstract restart(): void;
  /** Values since the change, right after a drift. */
  protected abstract changeAge(): number;
  protected abstract save(): JsonObject;
  protected abstract load(state: SnapshotState): void;
}

import { CancellationScope } from '@temporalio/workflow';
import type { Trial } from '../../contracts/index.js';
import type { RunPauses } from '../run-pause.js';
import type { TrialEnd } from './run-trial.js';

interface RunningTrial {
  readonly params: Trial['params'];
  readonly end: Promise<TrialEnd>;
}

/** The trials of a search that have begun, until somebody is told of their ends. */
export class RunningTrials {
  readonly #trials = new Map<number, RunningTrial>();
  readonly #scope = new CancellationScope();

  get size(): number {
    return this.#trials.size;
  }

  /** What they try. */
  get params(): readonly Trial['params'][] {
    return [...this.#trials.values()].map(({ params }) => params);
  }

  /** @param run - never throws */
  begin(number: number, params: Trial['params'], run: () => Promise<TrialEnd>): void {
    this.#trials.set(number, { params, end: this.#scope.run(run) });
  }

  /** The ends of all; one by one that of the next, or of nobody where a pause is over before. */
  async ended(isOneByOne: boolean, pauses: RunPauses): Promise<readonly TrialEnd[]> {
    const ends = await this.#whoEnded(isOneByOne, pauses);
    for (const { number } of ends) this.#trials.delete(number);
    return ends;
  }

  /** Cancels all and resolves to their ends, once nothing of them runs any more. */
  async cancelled(): Promise<readonly TrialEnd[]> {
    this.#scope.cancel();
    const ends = await Promise.all(this.#ends());
    this.#trials.clear();
    return ends;
  }

  async #whoEnded(isOneByOne: boolean, pauses: RunPauses): Promise<readonly TrialEnd[]> {
    const ends = this.#ends();
    if (!isOneByOne || ends.length === 0) return Promise.all(ends);
    const next = Promise.race(ends).then((end) => [end]);
    if (!pauses.isHeld()) return next;
    const nobody = () => [];
    return Promise.race([next, pauses.untilResumed().then(nobody, nobody)]);
  }

  #ends(): readonly Promise<TrialEnd>[] {
    return [...this.#trials.values()].map(({ end }) => end);
  }
}

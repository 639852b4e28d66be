import { firstRowAt, type History } from './history.js';

/** A version and the rows of the history that it answered: `[from, to)`. */
export interface ServedStretch {
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/** Who served when: grows with the simulated clock. */
export class Timeline {
  readonly #reigns: { readonly version: number; readonly fromMs: number }[] = [];

  constructor(private readonly history: Pick<History, 'timesMs'>) {}

  /** From this moment of event time on another version serves. */
  switch(version: number, fromMs: number): void {
    this.#reigns.push({ version, fromMs });
  }

  /** Stretches of the rows in `[startMs, endMs)`, in order of event time. */
  between(startMs: number, endMs: number): readonly ServedStretch[] {
    const stretches: ServedStretch[] = [];
    for (const [index, { version, fromMs }] of this.#reigns.entries()) {
      const untilMs = this.#reigns[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      const from = firstRowAt(this.history, Math.max(startMs, fromMs));
      const to = firstRowAt(this.history, Math.min(endMs, untilMs));
      if (from < to) stretches.push({ version, from, to });
    }
    return stretches;
  }
}

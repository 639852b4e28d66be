import { parseDurationMs } from './duration.js';
import type { RolloutInputs } from './rollout-inputs.js';

/** What is wrong with a rollout as it is written, and at which key. */
export class RolloutProblem extends Error {
  override readonly name = 'RolloutProblem';

  constructor(
    readonly key: keyof RolloutInputs,
    message: string,
  ) {
    super(message);
  }
}

const MOST_MS = 366 * 86_400_000;

/** @throws RolloutProblem */
export function percent(key: keyof RolloutInputs, written: number | string): number {
  const number = typeof written === 'number' ? written : Number(/^(\d+)%?$/.exec(written)?.[1]);
  if (Number.isInteger(number) && number >= 0 && number <= 100) return number;
  throw new RolloutProblem(key, `a weight is a whole percent from 0 to 100, not ${written}`);
}

/** @throws RolloutProblem */
export function span(key: keyof RolloutInputs, written: string, least = 0): number {
  const ms = parseDurationMs(written);
  if (ms !== null && ms >= least && ms <= MOST_MS) return ms;
  throw new RolloutProblem(
    key,
    ms === null
      ? `${written} is not a duration such as 90s, 10m or 1d`
      : `${written} is out of range: from ${least / 1_000}s to 366d`,
  );
}

import type { JsonValue, SearchSpace, Trial, TuningHistory } from '../../contracts/index.js';

/** Ranges are cut into so many parts with as many trials each. */
const PARTS = 5;
/** Fewer scores say nothing of what they hang on. */
const LEAST_TRIALS = 4;

/** The best of the trials that gave a score; of equals the first. */
export function bestOf(trials: readonly Trial[], goal: TuningHistory['goal']): Trial | null {
  let best: Trial | null = null;
  for (const trial of trials) {
    if (trial.score === null) continue;
    if (best?.score == null || isBetter(trial.score, best.score, goal)) best = trial;
  }
  return best;
}

export function isBetter(score: number, than: number, goal: TuningHistory['goal']): boolean {
  return goal === 'minimise' ? score < than : score > than;
}

/**
 * Share of the variance of the scores that each parameter explains by itself: η² of the analysis of
 * variance, over the values of a choice and over five parts of a range. `null` with fewer than four
 * scores, or where all are equal.
 *
 * @returns the most important first
 */
export function importanceOf(
  space: SearchSpace,
  trials: readonly Trial[],
): TuningHistory['importance'] {
  const scored = trials.flatMap(({ score, params }) => (score === null ? [] : [{ score, params }]));
  const all = scored.map(({ score }) => score);
  const total = squares(all);
  return Object.entries(space)
    .map(([parameter, { choice }]) => {
      if (scored.length < LEAST_TRIALS || total === 0) return { parameter, share: null };
      const values = scored.map(({ params }) => params[parameter]);
      const parts = choice === undefined ? partsOf(values) : values.map(String);
      const groups = new Map<string, number[]>();
      for (const [index, part] of parts.entries()) {
        const group = groups.get(part) ?? [];
        groups.set(part, [...group, all[index] ?? 0]);
      }
      const within = [...groups.values()].reduce((sum, group) => sum + squares(group), 0);
      return { parameter, share: Math.min(1, Math.max(0, 1 - within / total)) };
    })
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
}

/** Sum of the squared distances from the mean. */
function squares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** The part of its range that each value lies in, by rank; where a parameter did not count, its own. */
function partsOf(values: readonly (JsonValue | undefined)[]): readonly string[] {
  const known = values.filter((value): value is number => typeof value === 'number');
  const sorted = [...known].sort((a, b) => a - b);
  return values.map((value) => {
    if (typeof value !== 'number') return 'none';
    return String(Math.floor((sorted.indexOf(value) * PARTS) / sorted.length));
  });
}

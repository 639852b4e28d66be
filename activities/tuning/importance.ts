import type { JsonValue, ParameterImportance, SearchSpace, Trial } from '../../contracts/index.js';

/** Ranges are cut into at most so many parts with as many trials each. */
const MOST_PARTS = 5;
/** A part with fewer trials says nothing of what lies within it. */
const TRIALS_A_PART = 2;
/** Fewer scores say nothing of what they hang on. */
const LEAST_TRIALS = 4;

/**
 * Share of the variance of the scores that each parameter explains by itself: ε² of a one-way analysis
 * of variance, over the values of a choice and over up to five parts of a range, by rank.
 *
 * ε² = 1 − (SSW / (n − k)) / (SST / (n − 1)), with k groups of n scores, SSW the sum of squares within
 * the groups and SST that about the mean of all; below 0 it is 0. Unlike η² it does not grow with the
 * number of groups where a parameter explains nothing. Only trials count in which the parameter does.
 *
 * @returns the most important first; `null` with fewer than four scores, with less than two groups, or
 * where all scores are equal
 * @see T. L. Kelley, An Unbiased Correlation Ratio Measure, 1935
 */
export function importanceOf(
  space: SearchSpace,
  trials: readonly Trial[],
): readonly ParameterImportance[] {
  return Object.entries(space)
    .map(([parameter, { choice }]) => {
      const scored = trials.flatMap(({ score, params }) => {
        const value = params[parameter];
        return score === null || value === undefined ? [] : [{ score, value }];
      });
      const values = scored.map(({ value }) => value);
      const groups = choice === undefined ? partsOf(values) : values.map(String);
      const share = explained(
        scored.map(({ score }) => score),
        groups,
      );
      return { parameter, share };
    })
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || (a.parameter < b.parameter ? -1 : 1));
}

function explained(scores: readonly number[], groupOf: readonly string[]): number | null {
  const scaled = toUnit(scores);
  if (scaled === null) return null;
  const groups = new Map<string, number[]>();
  for (const [index, score] of scaled.entries()) {
    const name = groupOf[index] ?? '';
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(score);
  }
  const [n, k] = [scaled.length, groups.size];
  if (n < LEAST_TRIALS || k < 2 || k >= n) return null;
  const within = [...groups.values()].reduce((sum, group) => sum + squares(group), 0);
  return Math.min(1, Math.max(0, 1 - within / (n - k) / (squares(scaled) / (n - 1))));
}

/**
 * The scores from the first one on, the farthest at a distance of 1: shares are the same, and neither
 * does rounding tell equal scores apart nor a square leave the range of numbers.
 *
 * @returns `null` where all are equal, or lie farther apart than a number can say
 */
function toUnit(scores: readonly number[]): readonly number[] | null {
  const [first = 0] = scores;
  const distances = scores.map((score) => score - first);
  const farthest = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
  if (farthest === 0 || !Number.isFinite(farthest)) return null;
  return distances.map((distance) => distance / farthest);
}

/** Sum of the squared distances from the mean. */
function squares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** The part of its range that each value lies in, by rank. */
function partsOf(values: readonly JsonValue[]): readonly string[] {
  const sorted = values.map(Number).sort((a, b) => a - b);
  const parts = Math.min(MOST_PARTS, Math.floor(values.length / TRIALS_A_PART));
  return values.map((value) => {
    return String(Math.floor((sorted.indexOf(Number(value)) * parts) / sorted.length));
  });
}

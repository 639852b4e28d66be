import { type Moments, momentsOfShare } from '../../../models/rollout/index.js';

/** Gives numbers in [0, 1). */
export type Random = () => number;

/** An arm whose rows come in day by day. */
export interface SimulatedArm {
  /** Takes so many rows more and says what all so far come to. */
  next(rows: number): Moments;
}

/** Rows that are right or wrong. */
export function share(random: Random, probability: number): SimulatedArm {
  let rows = 0;
  let count = 0;
  return {
    next(more) {
      for (let i = 0; i < more; i++) if (random() < probability) count += 1;
      rows += more;
      return momentsOfShare(count, rows);
    },
  };
}

/** Losses with a long tail, as absolute errors have: exponential around a mean. */
export function losses(random: Random, mean: number): SimulatedArm {
  return values(() => -mean * Math.log(1 - random()));
}

/** Losses that are all alike but for a share of them, which are twice as large. */
export function nearlyAlike(random: Random, probability: number): SimulatedArm {
  return values(() => (random() < probability ? 2 : 1));
}

function values(draw: () => number): SimulatedArm {
  let rows = 0;
  let sum = 0;
  let squares = 0;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  return {
    next(more) {
      for (let i = 0; i < more; i++) {
        const value = draw();
        sum += value;
        squares += value * value;
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
      rows += more;
      const mean = sum / rows;
      const variance = Math.max(0, squares - rows * mean * mean) / (rows - 1);
      return { rows, mean, variance, ends: [least, greatest] };
    },
  };
}

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
  let rows = 0;
  let sum = 0;
  let squares = 0;
  return {
    next(more) {
      for (let i = 0; i < more; i++) {
        const loss = -mean * Math.log(1 - random());
        sum += loss;
        squares += loss * loss;
      }
      rows += more;
      const average = sum / rows;
      return { rows, mean: average, variance: (squares - rows * average * average) / (rows - 1) };
    },
  };
}

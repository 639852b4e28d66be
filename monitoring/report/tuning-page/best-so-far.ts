import { isBetter, type TuningHistory } from '../../../contracts/index.js';

/** The best score after each trial. */
export interface BestSoFar {
  readonly trial: number;
  readonly score: number | null;
  /** `null` until a trial gave a score. */
  readonly best: number | null;
}

/** How a search came to its best score, trial by trial. */
export function bestSoFar({ trials, goal }: TuningHistory): readonly BestSoFar[] {
  let best: number | null = null;
  return trials.map(({ number, score }) => {
    if (score !== null && (best === null || isBetter(score, best, goal))) best = score;
    return { trial: number, score, best };
  });
}

/** Why a search began no further trial, as words. */
export const STOPPED: { readonly [End in TuningHistory['stopped']]: string } = {
  trials: 'it had all its trials',
  space: 'its grid was tried whole',
  target: 'a score was good enough',
  plateau: 'no trial was better for a while',
  time: 'its time was over',
  failures: 'too many trials failed',
  'no-score': 'its first trials all failed',
  cancelled: 'it was cancelled',
};

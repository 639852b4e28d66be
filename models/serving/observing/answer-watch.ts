/** The parts of an answer, in their order. */
export const STAGES = ['validate', 'infer', 'log'] as const;
export type Stage = (typeof STAGES)[number];

/** Told how far an answer is while it is made. */
export interface AnswerWatch {
  /** The answer is a test's: nothing is kept of it. */
  readonly isTest: boolean;
  /** This part is done. */
  reached(stage: Stage): void;
  /** So many rows are answered, with so many values filled in over all of them. */
  answered(
    rows: number,
    imputedValues: number,
    outlierRows: number,
    unknownCategories: number,
  ): void;
}

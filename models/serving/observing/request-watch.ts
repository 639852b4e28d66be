import { type AnswerWatch, STAGES, type Stage } from './answer-watch.js';

export type Protocol = 'open-inference' | 'mlflow' | 'grpc';

/** A request for predictions from when it began: what metrics, traces and the access log tell of it. */
export class RequestWatch implements AnswerWatch {
  readonly startedMs = performance.now();
  /** When each part was done; 0 where it was not reached. */
  readonly #done = { validate: 0, infer: 0, log: 0 };
  /** What is asked; `null` until it is known. */
  model: string | null = null;
  /** The version that answers; `null` where none was found. */
  version: number | null = null;
  /** When the body was read and a version found. */
  acquiredMs = 0;
  rows = 0;
  imputedValues = 0;
  outlierRows = 0;
  unknownCategories = 0;

  constructor(readonly protocol: Protocol) {}

  /** A version was found that answers. */
  acquired(model: string, version: number): void {
    this.model = model;
    this.version = version;
    this.acquiredMs = performance.now();
  }

  reached(stage: Stage): void {
    this.#done[stage] = performance.now();
  }

  /** When this part was done, on the clock of `performance.now()`; 0 where it was not reached. */
  doneMs(stage: Stage): number {
    return this.#done[stage];
  }

  answered(
    rows: number,
    imputedValues: number,
    outlierRows: number,
    unknownCategories: number,
  ): void {
    this.rows = rows;
    this.imputedValues = imputedValues;
    this.outlierRows = outlierRows;
    this.unknownCategories = unknownCategories;
  }

  /** The parts that were reached: from when to when, on the clock of `performance.now()`. */
  stages(): readonly { readonly stage: Stage; readonly fromMs: number; readonly toMs: number }[] {
    let fromMs = this.acquiredMs;
    return STAGES.flatMap((stage) => {
      const toMs = this.#done[stage];
      if (toMs === 0) return [];
      const part = { stage, fromMs, toMs };
      fromMs = toMs;
      return [part];
    });
  }
}

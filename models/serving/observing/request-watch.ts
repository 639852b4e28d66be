import type { Span } from '../../../telemetry/index.js';
import type { Principal, Refused } from '../../access/index.js';
import { type AnswerWatch, STAGES, type Stage } from './answer-watch.js';

export type Protocol = 'open-inference' | 'mlflow' | 'grpc';

/** What is known of a request for predictions before it is read. */
export interface RequestHead {
  readonly protocol: Protocol;
  /** Of HTTP, or of the gRPC service. */
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** The path as it was declared: `/models/:model/invocations`. */
  readonly route: string;
  /** The address that it comes from. */
  readonly from: string;
  /** Of its body; 0 where it does not say. */
  readonly bytesIn: number;
}

/** A request for predictions from when it began: what metrics, traces and the access log tell of it. */
export class RequestWatch implements AnswerWatch {
  readonly startedMs = performance.now();
  /** When each part was done; 0 where it was not reached. */
  #validateMs = 0;
  #inferMs = 0;
  #logMs = 0;
  /** Who asks; `null` until they are let in. */
  caller: Principal | null = null;
  /** Why it was not let in. */
  refusal: Refused | null = null;
  isTest = false;
  /** `null` where no traces are asked for. */
  span: Span | null = null;
  /** What is asked; `null` until it is known. */
  model: string | null = null;
  /** The version that answers; `null` where none was found. */
  version: number | null = null;
  /** The same where it answers by the route of a rollout. */
  arm: number | null = null;
  /** When the body was read and a version found. */
  acquiredMs = 0;
  rows = 0;
  imputedValues = 0;
  outlierRows = 0;
  unknownCategories = 0;

  constructor(readonly head: RequestHead) {}

  /** A version was found that answers. */
  acquired(model: string, version: number, isArm: boolean): void {
    this.model = model;
    this.version = version;
    if (isArm) this.arm = version;
    this.acquiredMs = performance.now();
  }

  reached(stage: Stage): void {
    const now = performance.now();
    if (stage === 'validate') this.#validateMs = now;
    else if (stage === 'infer') this.#inferMs = now;
    else this.#logMs = now;
  }

  /** When this part was done, on the clock of `performance.now()`; 0 where it was not reached. */
  doneMs(stage: Stage): number {
    if (stage === 'validate') return this.#validateMs;
    return stage === 'infer' ? this.#inferMs : this.#logMs;
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
      const toMs = this.doneMs(stage);
      if (toMs === 0) return [];
      const part = { stage, fromMs, toMs };
      fromMs = toMs;
      return [part];
    });
  }
}

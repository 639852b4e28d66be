import { isMillraceError } from '../../../contracts/index.js';
import { type RowPredictions, sliceAnswers } from '../../inference/answers.js';
import type { InputRow } from '../../inference/input-row.js';
import type { ServedModel } from '../../inference/served-model.js';
import { tooBusy, tookTooLong } from '../overload.js';
import type { BatchLimits } from './batch-limits.js';

interface Waiting {
  readonly rows: readonly InputRow[];
  readonly giveUpAtMs: number;
  readonly resolve: (answers: RowPredictions) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchedModelOptions {
  /** For errors: `version 3 of coffee`. */
  readonly name: string;
  readonly limits: BatchLimits;
  /** Told the rows of each run. */
  readonly onBatch?: (rows: number) => void;
}

/** How often requests that have waited too long are looked for. */
const LOOK_MS = 50;

/**
 * Computes requests together that come at the same time: one run of sixteen rows costs little more
 * than one of a single row. A run takes what has arrived until it begins; what arrives meanwhile goes
 * into the next. Each request is given the answers of its own rows, and where a run of several fails
 * each is computed by itself, so that none fails for another's rows.
 */
export class BatchedModel implements ServedModel {
  readonly #model: ServedModel;
  readonly #options: BatchedModelOptions;
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  /** Requests that are being computed. */
  #running: readonly Waiting[] = [];
  #scheduled: NodeJS.Immediate | NodeJS.Timeout | null = null;
  #looking: NodeJS.Timeout | null = null;

  constructor(model: ServedModel, options: BatchedModelOptions) {
    this.#model = model;
    this.#options = options;
  }

  get signature() {
    return this.#model.signature;
  }

  /** @throws MillraceError `ServiceUnavailable` (429) when too many rows wait, (504) after the timeout */
  predict(rows: readonly InputRow[]): Promise<RowPredictions> {
    const { name, limits } = this.#options;
    // A request alone is computed however large it is: the body limit is its bound.
    if (this.#waitingRows > 0 && this.#waitingRows + rows.length > limits.maxWaitingRows) {
      return Promise.reject(tooBusy(`${this.#waitingRows} rows wait for ${name}`));
    }
    return new Promise((resolve, reject) => {
      const giveUpAtMs = performance.now() + limits.timeoutMs;
      this.#waiting.push({ rows, giveUpAtMs, resolve, reject });
      this.#waitingRows += rows.length;
      this.#looking ??= setInterval(() => this.#giveUpLate(), LOOK_MS).unref();
      if (this.#running.length === 0) this.#schedule();
    });
  }

  predictTable(...args: Parameters<ServedModel['predictTable']>) {
    return this.#model.predictTable(...args);
  }

  async release(): Promise<void> {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
    await this.#model.release();
  }

  /** The next run: at the end of this turn of the event loop, in which others may still arrive. */
  #schedule(): void {
    const { maxDelayMs, maxRows } = this.#options.limits;
    const isFull = this.#waitingRows >= maxRows;
    if (maxDelayMs === 0) {
      this.#scheduled ??= setImmediate(() => this.#begin());
    } else if (isFull) {
      if (this.#scheduled !== null) clearTimeout(this.#scheduled as NodeJS.Timeout);
      this.#begin();
    } else {
      this.#scheduled ??= setTimeout(() => this.#begin(), maxDelayMs);
    }
  }

  #begin(): void {
    this.#scheduled = null;
    if (this.#running.length > 0) return;
    this.#running = this.#take();
    if (this.#running.length > 0) void this.#run(this.#running);
  }

  /** As many requests as fit into a run, at least one. */
  #take(): readonly Waiting[] {
    const { maxRows } = this.#options.limits;
    let rows = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && rows + waiting.rows.length > maxRows) break;
      rows += waiting.rows.length;
      count += 1;
    }
    this.#waitingRows -= rows;
    if (count === this.#waiting.length) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, count);
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    try {
      if (only !== undefined && batch.length === 1) await this.#answer(only);
      else await this.#answerTogether(batch);
    } finally {
      this.#running = [];
      // What arrived meanwhile has waited for a run already.
      if (this.#waiting.length > 0) this.#scheduled ??= setImmediate(() => this.#begin());
    }
  }

  async #answerTogether(batch: readonly Waiting[]): Promise<void> {
    const rows: InputRow[] = [];
    for (const waiting of batch) for (const row of waiting.rows) rows.push(row);
    let answers: RowPredictions;
    try {
      answers = await this.#ask(rows);
    } catch (error) {
      // What is not there is not there for anyone: each alone would wait as long again.
      const isGone = isMillraceError(error) && error.type === 'ServiceUnavailable';
      if (isGone) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) await this.#answer(waiting);
      return;
    }
    let start = 0;
    for (const { rows: own, resolve } of batch) {
      const end = start + own.length;
      resolve(sliceAnswers(answers, start, end));
      start = end;
    }
  }

  async #answer({ rows, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(await this.#ask(rows));
    } catch (error) {
      reject(error);
    }
  }

  async #ask(rows: readonly InputRow[]): Promise<RowPredictions> {
    this.#options.onBatch?.(rows.length);
    const answers = await this.#model.predict(rows);
    if (answers.predictions.length === rows.length) return answers;
    // Answers that cannot be told apart are nobody's.
    throw new Error(`${this.#options.name} gave ${answers.predictions.length} answers`);
  }

  /** Requests that have waited too long are told so; what is computed for them goes nowhere. */
  #giveUpLate(): void {
    const nowMs = performance.now();
    const isLate = ({ giveUpAtMs }: Waiting): boolean => giveUpAtMs <= nowMs;
    const { name, limits } = this.#options;
    const late = [...this.#running, ...this.#waiting].filter(isLate);
    for (const { reject } of late) reject(tookTooLong(name, limits.timeoutMs));
    const kept = this.#waiting.filter((waiting) => !isLate(waiting));
    this.#waitingRows = kept.reduce((sum, { rows }) => sum + rows.length, 0);
    this.#waiting = kept;
    if (this.#waiting.length > 0 || this.#running.length > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }
}

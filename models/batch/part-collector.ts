import type { Column, Table } from '../../storage/tabular/table.js';
import type { TablePredictions } from '../inference/answers.js';

/** Names of a part's columns: the prediction, or the index of its class and the probabilities. */
export const PART = {
  value: 'value',
  bad: 'bad',
  probability: (index: number) => `p${index}`,
} as const;

/** Gathers answers of the model until they are a part. */
export class PartCollector {
  readonly #values: Float64Array;
  readonly #bad: Float64Array;
  readonly #probabilities: readonly Float64Array[];
  #rows = 0;
  #badRows = 0;
  #unanswered = 0;

  /** @param classes - how many the model tells apart; 0 for a regression */
  constructor(
    readonly capacity: number,
    classes: number,
  ) {
    this.#values = new Float64Array(capacity);
    this.#bad = new Float64Array(capacity);
    this.#probabilities = Array.from({ length: classes }, () => new Float64Array(capacity));
  }

  get rows(): number {
    return this.#rows;
  }

  get bad(): number {
    return this.#badRows;
  }

  /** Rows with a prediction that is no finite number. */
  get unanswered(): number {
    return this.#unanswered;
  }

  get room(): number {
    return this.capacity - this.#rows;
  }

  /** @param bad - why a row was not fit, of the same rows; its answer is left away */
  add(
    answers: TablePredictions,
    bad: readonly (string | null)[],
    from: number,
    rows: number,
  ): void {
    for (let row = from; row < from + rows; row += 1) {
      const at = this.#rows;
      const isBad = (bad[row] ?? null) !== null;
      this.#rows += 1;
      this.#bad[at] = isBad ? 1 : 0;
      if (isBad) this.#badRows += 1;
      const value = isBad ? Number.NaN : valueAt(answers, row);
      this.#values[at] = Number.isFinite(value) ? value : Number.NaN;
      if (!isBad && !Number.isFinite(value)) this.#unanswered += 1;
      const width = this.#probabilities.length;
      for (let index = 0; index < width; index += 1) {
        const column = this.#probabilities[index];
        if (column === undefined || answers.task !== 'classification') continue;
        const share = answers.probabilities[row * width + index] ?? Number.NaN;
        column[at] = isBad || !Number.isFinite(share) ? Number.NaN : share;
      }
    }
  }

  /** What was gathered, valid until the next `add`. */
  table(): Table {
    const cut = (values: Float64Array) => values.subarray(0, this.#rows);
    const columns: Column[] = [
      { name: PART.value, kind: 'number', values: cut(this.#values) },
      { name: PART.bad, kind: 'boolean', values: cut(this.#bad) },
      ...this.#probabilities.map(
        (values, index): Column => ({
          name: PART.probability(index),
          kind: 'number',
          values: cut(values),
        }),
      ),
    ];
    return { rows: this.#rows, columns, metadata: {} };
  }

  clear(): void {
    this.#rows = 0;
    this.#badRows = 0;
    this.#unanswered = 0;
  }
}

function valueAt(answers: TablePredictions, row: number): number {
  const values = answers.task === 'regression' ? answers.values : answers.classIndexes;
  return values[row] ?? Number.NaN;
}

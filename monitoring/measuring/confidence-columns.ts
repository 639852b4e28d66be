import { probabilityColumn } from '../../models/predictions/ports.js';
import type { NumericValues } from '../drift/index.js';
import { columnValues, findColumn } from './table-columns.js';
import type { WindowRows } from './window-rows.js';

/** How sure a classification was of each row; NaN where its probabilities are not known. */
export interface ConfidenceColumns {
  /** Of the likeliest class, in [1 / classes, 1]. */
  readonly confidence: NumericValues;
  /** Entropy of all classes in nats, in [0, ln classes]. */
  readonly uncertainty: NumericValues;
}

/**
 * Takes the probabilities of one class after the other: of a thousand classes two columns are held.
 *
 * @example
 * const rows = new ConfidenceRows(1);
 * rows.add(Float64Array.of(0.5));
 * rows.add(Float64Array.of(0.5));
 * rows.columns().uncertainty.values; // Float64Array [0.693]
 */
export class ConfidenceRows {
  readonly #largest: Float64Array;
  readonly #entropy: Float64Array;

  constructor(rows: number) {
    this.#largest = new Float64Array(rows).fill(Number.NaN);
    this.#entropy = new Float64Array(rows).fill(Number.NaN);
  }

  add(probabilities: Float64Array): void {
    probabilities.forEach((probability, row) => {
      if (Number.isNaN(probability)) return;
      const [largest, entropy] = [this.#largest[row] ?? 0, this.#entropy[row] ?? 0];
      this.#largest[row] = Number.isNaN(largest) ? probability : Math.max(largest, probability);
      const part = probability > 0 ? -probability * Math.log(probability) : 0;
      this.#entropy[row] = (Number.isNaN(entropy) ? 0 : entropy) + part;
    });
  }

  columns(): ConfidenceColumns {
    return {
      confidence: { kind: 'numeric', values: this.#largest },
      uncertainty: { kind: 'numeric', values: this.#entropy },
    };
  }
}

/** From the probabilities that were logged. */
export async function loggedConfidence(
  rows: WindowRows,
  classes: number,
): Promise<ConfidenceColumns> {
  const found = new ConfidenceRows(rows.rows);
  for (let index = 0; index < classes; index += 1) {
    const name = probabilityColumn(index);
    const column = findColumn(await rows.read([name]), name);
    if (column === undefined) continue;
    const values = columnValues(column, 'numeric');
    if (values.kind === 'numeric') found.add(values.values);
  }
  return found.columns();
}

/** From a model's answers: `classes` probabilities a row, row by row. */
export function answeredConfidence(
  probabilities: Float64Array,
  rows: number,
  classes: number,
): ConfidenceColumns {
  const found = new ConfidenceRows(rows);
  for (let index = 0; index < classes; index += 1) {
    found.add(
      Float64Array.from({ length: rows }, (_, row) => {
        return probabilities[row * classes + index] ?? Number.NaN;
      }),
    );
  }
  return found.columns();
}

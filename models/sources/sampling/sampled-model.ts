import type { ModelSignature, SamplingSpec } from '../../../contracts/index.js';
import { Turns } from '../../../processes/turns.js';
import type { Table } from '../../../storage/tabular/table.js';
import {
  type InputRow,
  type RowPredictions,
  rowsOfTable,
  type ServedModel,
  type TablePredictions,
  tableFromRows,
} from '../../inference/index.js';
import { type Answer, majorityOf } from './majority.js';

/**
 * A model that answers the same question differently from time to time, asked several times: its
 * commonest answer is the answer, its share the confidence, the shares of the classes their
 * probabilities. Askings that fail are left out as long as at least half are answered.
 */
export class SampledModel implements ServedModel {
  readonly #turns: Turns;

  constructor(
    private readonly model: ServedModel,
    private readonly spec: SamplingSpec,
  ) {
    this.#turns = new Turns(spec.concurrency);
  }

  get signature(): ModelSignature {
    return this.model.signature;
  }

  get heldBytes(): number {
    return this.model.heldBytes ?? 0;
  }

  async predict(rows: readonly InputRow[]): Promise<RowPredictions> {
    const { times } = this.spec;
    const asked = Array.from({ length: times }, () =>
      this.#turns.take(() => this.model.predict(rows)),
    );
    const settled = await Promise.allSettled(asked);
    const answered = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failure = settled.find((one) => one.status === 'rejected');
    if (failure !== undefined && answered.length * 2 < times) throw failure.reason;
    const { classes } = this.signature.output;
    const found = rows.map((_, row) => {
      const answers = answered.flatMap(({ predictions }) => predictions[row] ?? []);
      return majorityOf(answers as unknown as readonly [Answer, ...Answer[]], classes);
    });
    const probabilities = found.flatMap((one) =>
      one.probabilities === undefined ? [] : [one.probabilities],
    );
    return {
      predictions: found.map(({ prediction }) => prediction),
      confidence: found.map(({ confidence }) => confidence),
      ...(classes !== undefined && { probabilities }),
    };
  }

  async predictTable(table: Table, signal?: AbortSignal): Promise<TablePredictions> {
    const rows = rowsOfTable(this.signature, table);
    const parts: RowPredictions[] = [];
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      signal?.throwIfAborted();
      parts.push(await this.predict(rows.slice(start, start + CHUNK_ROWS)));
    }
    const probabilities = parts.flatMap((part) => part.probabilities ?? []);
    return tableFromRows(this.signature, {
      predictions: parts.flatMap(({ predictions }) => predictions),
      ...(probabilities.length > 0 && { probabilities }),
    });
  }

  release(): Promise<void> {
    return this.model.release();
  }
}

/** Rows of a table that are asked together, so that an abort is heeded between them. */
const CHUNK_ROWS = 256;

import type { ModelSignature } from '../../contracts/index.js';
import type { Table } from '../../storage/tabular/table.js';
import type { RowPredictions, TablePredictions } from './answers.js';
import type { InputRow } from './input-row.js';

/** A loaded model. It may be asked concurrently. */
export interface ServedModel {
  readonly signature: ModelSignature;
  /** What it takes in memory outside of this process, as measured last; absent: nothing. */
  readonly heldBytes?: number;
  /** Answers for rows that `checkRows` has passed, in their order. */
  predict(rows: readonly InputRow[]): Promise<RowPredictions>;
  /**
   * Answers for every row of a table; other events are handled in between.
   * @param signal - stops between chunks with its reason
   * @throws MillraceError `InvalidInput` when the table lacks an input, or has it as another kind
   */
  predictTable(table: Table, signal?: AbortSignal): Promise<TablePredictions>;
  /** Frees the model's memory once what is being answered is answered. Not to be asked after. */
  release(): Promise<void>;
}

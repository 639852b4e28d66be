import { sourceIdentity, type VersionRecord } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { openModel } from '../../models/sources/index.js';
import { pickAnswers } from '../../monitoring/measuring/holdout-performance.js';
import { findColumn } from '../../monitoring/measuring/table-columns.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import { asInput } from './as-input.js';
import type { History } from './history.js';
import { missingInputs } from './missing-inputs.js';

/** Rows that a model is asked at once: what one window needs is mostly among them. */
const BLOCK_ROWS = 4_096;
/** Models whose answers are kept; each keeps a number a row that it was asked. */
const MODELS_KEPT = 500;

/**
 * Answers of models to rows of the history, asked once a model and block of rows: strategies that
 * serve the same model share them.
 */
export class ServedAnswers {
  readonly #blocks = new Map<string, Map<number, Promise<TablePredictions>>>();

  constructor(
    private readonly history: History,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** @throws MillraceError `InvalidInput` where the history lacks an input of the model */
  async of(version: VersionRecord, from: number, to: number): Promise<TablePredictions> {
    const parts: TablePredictions[] = [];
    for (let block = Math.floor(from / BLOCK_ROWS); block * BLOCK_ROWS < to; block += 1) {
      const start = block * BLOCK_ROWS;
      const answers = await this.#block(version, block);
      const rows = range(Math.max(from, start) - start, Math.min(to, start + BLOCK_ROWS) - start);
      parts.push(pickAnswers(answers, rows));
    }
    return joined(parts);
  }

  #block(version: VersionRecord, block: number): Promise<TablePredictions> {
    const source = sourceIdentity(version.content);
    const known = this.#blocks.get(source) ?? new Map<number, Promise<TablePredictions>>();
    this.#blocks.set(source, known);
    const oldest = this.#blocks.keys().next().value;
    if (this.#blocks.size > MODELS_KEPT && oldest !== undefined) this.#blocks.delete(oldest);
    const asked = known.get(block);
    if (asked !== undefined) return asked;
    const answers = this.#ask(version, block * BLOCK_ROWS);
    known.set(block, answers);
    return answers;
  }

  async #ask({ content }: VersionRecord, from: number): Promise<TablePredictions> {
    const { signature } = content;
    const to = Math.min(this.history.table.rows, from + BLOCK_ROWS);
    const missing = missingInputs(signature.inputs, this.history);
    if (missing !== null) throw missing;
    const columns = signature.inputs.flatMap((input): Column[] => {
      const column = findColumn(this.history.table, input.name);
      return column === undefined ? [] : [asInput(sliceColumn(column, from, to), input)];
    });
    const table: Table = { rows: to - from, columns, metadata: {} };
    const model = await openModel({ artifacts: this.artifacts }, content);
    try {
      return await model.predictTable(table);
    } finally {
      await model.release();
    }
  }
}

export function sliceColumn(column: Column, from: number, to: number): Column {
  return column.kind === 'string'
    ? { ...column, values: column.values.slice(from, to) }
    : { ...column, values: column.values.slice(from, to) };
}

/** Answers of one model to rows that follow one another. */
function joined(parts: readonly TablePredictions[]): TablePredictions {
  const [first] = parts;
  if (first === undefined || first.task === 'regression') {
    const values = parts.flatMap((part) =>
      part.task === 'regression' ? Array.from(part.values) : [],
    );
    return { task: 'regression', values: Float64Array.from(values) };
  }
  const classified = parts.flatMap((part) => (part.task === 'classification' ? [part] : []));
  return {
    ...first,
    classIndexes: Int32Array.from(classified.flatMap((part) => Array.from(part.classIndexes))),
    probabilities: Float64Array.from(classified.flatMap((part) => Array.from(part.probabilities))),
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

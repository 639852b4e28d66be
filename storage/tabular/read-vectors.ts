import { type DuckDBDataChunk, DuckDBListVector } from '@duckdb/node-api';
import { MillraceError } from '../../contracts/index.js';
import type { SourceColumn } from './column-kind.js';
import { maskOf } from './column-vectors.js';
import { withDatabase } from './database.js';
import type { ReadOptions } from './read-table.js';
import { openSource } from './source.js';
import { identifier } from './sql-text.js';
import { explainTableError } from './table-error.js';
import { openTableFile } from './table-file.js';

/** A column of float vectors (embeddings), row after row. */
export interface VectorColumn {
  readonly name: string;
  /** Length of each vector; 0 where there is none. */
  readonly dimensions: number;
  /** Vectors that are there. */
  readonly rows: number;
  /** Rows without a vector, or with a missing or infinite number in it. */
  readonly missing: number;
  /** `rows × dimensions`, finite. */
  readonly values: Float32Array;
}

/**
 * Reads a column of lists of numbers: FLOAT[], DOUBLE[] or fixed arrays in Parquet, lists in NDJSON,
 * text such as `[0.1, -0.2]` in CSV. Numbers become 32-bit floats.
 *
 * @throws MillraceError `InvalidInput` when the file cannot be read, has no such column, the column
 * holds something else, or its vectors differ in length
 * @example (await readVectors('texts.parquet', 'embedding')).dimensions; // 384
 */
export async function readVectors(
  path: string,
  column: string,
  options: ReadOptions = {},
): Promise<VectorColumn> {
  const file = await openTableFile(path, options.format);
  return withDatabase([file.path], options.signal, async (connection) => {
    const source = await openSource(connection, file);
    const [picked] = source.pick([column]);
    if (picked === undefined) throw new MillraceError('Internal', `${path}: no column ${column}`);
    const collector = new VectorCollector(column, path);
    try {
      const result = await connection.stream(vectorQuery(source.raw, picked, path));
      for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
        if (chunk.rowCount === 0) break;
        collector.take(chunk);
      }
    } catch (error) {
      throw explainTableError(error, file.path, file.format);
    }
    return collector.finish();
  });
}

function vectorQuery(raw: string, column: SourceColumn, path: string): string {
  if (column.asVector !== undefined) return `SELECT ${column.asVector} FROM ${raw}`;
  if (column.kind !== 'string') {
    throw new MillraceError(
      'InvalidInput',
      `${path}: the column "${column.name}" holds values of kind ${column.kind}, not vectors`,
      'name a column of lists of numbers',
    );
  }
  const text = `raw.${identifier(column.name)}`;
  // Text that is no list of numbers is told by `error`, with the text itself.
  return `SELECT CASE WHEN ${text} IS NULL THEN NULL ELSE coalesce(TRY_CAST(${text} AS FLOAT[]),
    error('"' || left(${text}, 40) || '" in the column ${column.name.replaceAll("'", "''")} is no list of numbers')) END FROM ${raw}`;
}

class VectorCollector {
  #values = new Float32Array(0);
  #length = 0;
  #dimensions = 0;
  #rows = 0;
  #missing = 0;

  constructor(
    private readonly name: string,
    private readonly path: string,
  ) {}

  take(chunk: DuckDBDataChunk): void {
    const vector = chunk.getColumnVector(0);
    if (!(vector instanceof DuckDBListVector)) {
      throw new MillraceError('Internal', `${this.path}: "${this.name}" came as ${vector.type}`);
    }
    const child = vector.childVector;
    const items: unknown = Reflect.get(child, 'items');
    const gaps = maskOf(child);
    for (let row = 0; row < chunk.rowCount; row += 1) {
      if (vector.getItemVector(row) === null) {
        this.#missing += 1;
        continue;
      }
      const at = vector.getEntryOffset(row);
      const length = vector.getEntryLength(row);
      const start = this.#reserve(length);
      let isWhole = length > 0;
      for (let i = 0; i < length; i += 1) {
        const bit = gaps === null ? 1 : ((gaps?.[(at + i) >>> 5] ?? 0) >>> ((at + i) & 31)) & 1;
        const value = items instanceof Float32Array ? items[at + i] : child.getItem(at + i);
        const isThere = typeof value === 'number' && Number.isFinite(value) && bit === 1;
        isWhole &&= isThere;
        this.#values[start + i] = isThere ? value : 0;
      }
      if (isWhole) {
        this.#length += length;
        this.#rows += 1;
      } else this.#missing += 1;
    }
  }

  /** Room for one more vector, at the end of those that are there. */
  #reserve(dimensions: number): number {
    if (this.#dimensions === 0) this.#dimensions = dimensions;
    if (dimensions !== this.#dimensions) {
      throw new MillraceError(
        'InvalidInput',
        `${this.path}: the vectors of "${this.name}" differ in length: ${this.#dimensions} and, in row ${this.#rows + this.#missing + 1}, ${dimensions} numbers`,
        'a column holds the vectors of one embedding',
      );
    }
    if (this.#length + dimensions > this.#values.length) {
      const grown = new Float32Array(Math.max(this.#values.length * 2, dimensions * 256));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    return this.#length;
  }

  finish(): VectorColumn {
    return {
      name: this.name,
      dimensions: this.#dimensions,
      rows: this.#rows,
      missing: this.#missing,
      values: this.#values.slice(0, this.#length),
    };
  }
}

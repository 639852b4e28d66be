import type { ValueKind } from '../../../contracts/index.js';
import { CategoricalColumnBuilder } from './categorical-column-builder.js';
import { DATA_PROFILE_FORMAT, type DataProfile } from './data-profile.js';
import { NumericColumnBuilder } from './numeric-column-builder.js';

/** Name and kind of a column that is going to be profiled. */
export interface ProfiledColumn {
  readonly name: string;
  readonly kind: ValueKind;
}

/**
 * Values of one column, one a row: numbers (booleans as 0 and 1, times as ms since the epoch, NaN
 * for missing), or texts with null for missing.
 */
export type ProfiledValues = Float64Array | readonly (string | null)[];

/** What a profile says about where it comes from. */
export interface ProfileOrigin {
  /** Version of millrace. */
  readonly madeBy?: string;
  /** Digest of the file's bytes, 64 hexadecimal digits. */
  readonly sha256?: string;
}

/**
 * Makes a profile in one pass, chunk by chunk, in memory that does not grow with the rows: about
 * 1 MB a column. The same rows in the same order give the same profile, however they are cut into
 * chunks.
 *
 * @example
 * const builder = new ProfileBuilder([{ name: 'price', kind: 'number' }]);
 * builder.update([Float64Array.of(1, 2)]);
 * builder.update([Float64Array.of(4)]);
 * builder.finish().columns[0].moments.mean; // 2.3333333333333335
 */
export class ProfileBuilder {
  readonly #columns: readonly ColumnBuilder[];
  #rows = 0;

  /** @throws RangeError on a name that is there twice */
  constructor(columns: readonly ProfiledColumn[]) {
    const names = new Set(columns.map(({ name }) => name));
    if (names.size < columns.length) {
      throw new RangeError(
        `column names must differ: ${columns.map(({ name }) => name).join(', ')}`,
      );
    }
    this.#columns = columns.map(columnBuilder);
  }

  /**
   * @param chunk - the next rows: values of every column, in the order of the columns
   * @throws RangeError on columns that are missing, of unequal length or of another kind of values
   */
  update(chunk: readonly ProfiledValues[]): void {
    if (chunk.length !== this.#columns.length) {
      throw new RangeError(`a chunk of ${chunk.length} columns; there are ${this.#columns.length}`);
    }
    const rows = chunk[0]?.length ?? 0;
    for (const [index, values] of chunk.entries()) {
      if (values.length === rows) continue;
      throw new RangeError(`column ${index} has ${values.length} rows, column 0 has ${rows}`);
    }
    this.#columns.forEach((column, index) => {
      column.update(chunk[index] ?? []);
    });
    this.#rows += rows;
  }

  /** The profile of all rows so far; nothing can be added after. */
  finish(origin: ProfileOrigin = {}): DataProfile {
    return {
      format: DATA_PROFILE_FORMAT,
      madeBy: origin.madeBy ?? null,
      sha256: origin.sha256 ?? null,
      mergedFrom: [],
      rows: this.#rows,
      columns: this.#columns.map((column) => column.finish()),
    };
  }
}

interface ColumnBuilder {
  update(values: ProfiledValues): void;
  finish(): DataProfile['columns'][number];
}

function columnBuilder({ name, kind }: ProfiledColumn): ColumnBuilder {
  if (kind === 'string') {
    const builder = new CategoricalColumnBuilder(name, kind);
    return {
      update: (values) => builder.updateTexts(asTexts(name, values)),
      finish: () => builder.finish(),
    };
  }
  if (kind === 'boolean') {
    const builder = new CategoricalColumnBuilder(name, kind);
    return {
      update: (values) => builder.updateBooleans(asNumbers(name, values)),
      finish: () => builder.finish(),
    };
  }
  const builder = new NumericColumnBuilder(name, kind);
  return {
    update: (values) => builder.update(asNumbers(name, values)),
    finish: () => builder.finish(),
  };
}

function asTexts(name: string, values: ProfiledValues): readonly (string | null)[] {
  if (values instanceof Float64Array) {
    throw new RangeError(`column '${name}' holds text, but was given numbers`);
  }
  return values;
}

function asNumbers(name: string, values: ProfiledValues): Float64Array {
  if (values instanceof Float64Array) return values;
  throw new RangeError(`column '${name}' holds numbers, but was given text`);
}

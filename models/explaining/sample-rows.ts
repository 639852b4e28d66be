import { MillraceError, type ModelSignature, type ValueKind } from '../../contracts/index.js';
import { drawPlaces } from '../../monitoring/drift/multivariate/seeded-draws.js';
import { seededRandom } from '../../monitoring/drift/samples/seeded-random.js';
import {
  type Column,
  convertRows,
  describeTable,
  type Table,
  type WantedColumn,
} from '../../storage/tabular/index.js';

export interface SampleOptions {
  readonly limit: number;
  readonly seed: number;
  /** Also this column, where the file has it: as `label`. */
  readonly label?: { readonly name: string; readonly kind: ValueKind };
  /** A row that the model could not be asked with refuses the file; else its value is missing. */
  readonly strict: boolean;
  readonly signal: AbortSignal;
}

/** Rows of a model's inputs, in the order of its signature: columns `x0`, `x1`, … and perhaps `label`. */
export interface SampledRows {
  readonly table: Table;
  /** Of the file, before any were drawn. */
  readonly available: number;
}

/**
 * Draws rows of a file without replacement, all where there are no more; the same for the same seed.
 *
 * @throws MillraceError `InvalidInput` where the file lacks an input, or a drawn row is not fit
 */
export async function sampleRows(
  path: string,
  signature: ModelSignature,
  { limit, seed, label, strict, signal }: SampleOptions,
): Promise<SampledRows> {
  const { rows, columns: held } = await describeTable(path, { signal });
  const isLabelled = label !== undefined && held.some(({ name }) => name === label.name);
  const wanted: readonly WantedColumn[] = [
    ...signature.inputs.map(({ name, kind, nullable }) => ({
      name,
      kind,
      required: strict && !nullable,
    })),
    ...(isLabelled ? [{ ...label, required: false }] : []),
  ];
  const drawn = drawPlaces(rows, Math.min(rows, limit), seededRandom(seed));
  const collected = wanted.map(({ kind }) => new Collector(kind));
  let start = 0;
  let next = 0;
  await convertRows(path, wanted, { signal }, async (chunk) => {
    for (; next < drawn.length && (drawn[next] ?? 0) < start + chunk.rows; next += 1) {
      const row = (drawn[next] ?? 0) - start;
      const complaint = chunk.complaints[row] ?? null;
      if (strict && complaint !== null) throw unfit(path, start + row, complaint);
      for (const [place, collector] of collected.entries())
        collector.take(chunk.columns[place], row);
    }
    start += chunk.rows;
  });
  const names = [...signature.inputs.map((_, place) => `x${place}`), 'label'];
  const columns = collected.map((collector, place) => collector.column(names[place] ?? ''));
  return { table: { rows: drawn.length, columns, metadata: {} }, available: rows };
}

class Collector {
  readonly #numbers: number[] = [];
  readonly #texts: (string | null)[] = [];

  constructor(private readonly kind: ValueKind) {}

  take(column: Column | undefined, row: number): void {
    if (column?.kind === 'string') this.#texts.push(column.values[row] ?? null);
    else this.#numbers.push(column?.values[row] ?? Number.NaN);
  }

  column(name: string): Column {
    return this.kind === 'string'
      ? { name, kind: 'string', values: this.#texts }
      : { name, kind: 'number', values: Float64Array.from(this.#numbers) };
  }
}

function unfit(path: string, row: number, complaint: string): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `${path}: row ${row}: ${complaint}`,
    'the model cannot be asked with such a row: mend it, or leave it out',
  );
}

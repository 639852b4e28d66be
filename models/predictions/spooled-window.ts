import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDatabase } from '../../storage/tabular/database.js';
import { readTable } from '../../storage/tabular/index.js';
import { copyToParquet } from '../../storage/tabular/publish-parquet.js';
import { type Column, pickColumns, type Table } from '../../storage/tabular/table.js';
import { LOG_COLUMN, type LoggedInput, type OpenWindow, type ServedRows } from './ports.js';
import { KEY_COLUMN, keysSql, SPOOLED_PREDICTION, spooledColumn, spoolSql } from './spool-query.js';
import type { WindowQuery } from './window-query.js';
import { jsonColumn } from './window-table.js';

/** What DuckDB may hold of a window while it is spooled; its parser has buffers of each thread besides. */
const LIMITS = { memoryMb: 512, threads: Math.min(4, availableParallelism()) };

/**
 * Writes a window's rows to a Parquet file of their own, from which columns are read one by one: the
 * log's lines are parsed once, and never more than the columns asked for are in memory. The rows stay
 * in the order of the log; a second, narrow file says where each row of the window is.
 *
 * @param signal - interrupts the spooling and later reads
 */
export async function spoolWindow(query: WindowQuery, signal?: AbortSignal): Promise<OpenWindow> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-window-'));
  const close = () => rm(directory, { recursive: true, force: true });
  try {
    const rowsFile = join(directory, 'rows.parquet');
    const keysFile = join(directory, 'keys.parquet');
    const files = [rowsFile, keysFile, ...query.predictionFiles, ...query.labelFiles];
    await withDatabase(
      files,
      signal,
      async (connection) => {
        await copyToParquet(connection, spoolSql(query), rowsFile, {});
        await copyToParquet(connection, keysSql(rowsFile, query.labelFiles), keysFile, {});
      },
      LIMITS,
    );
    const keys = await readTable(keysFile, { ...(signal && { signal }) });
    const spool = new Spool(rowsFile, query.inputs, signal);
    return { versions: versionsOf(keys).map((part) => new SpooledRows(spool, part)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The rows that one version served: their places in the spool, in order of event time. */
interface VersionPart {
  readonly version: number;
  readonly places: Float64Array;
  readonly eventTimes: Float64Array;
  readonly labels: readonly (string | null)[];
}

function versionsOf(keys: Table): readonly VersionPart[] {
  const numbers = (name: string): Float64Array => {
    const [column] = pickColumns(keys, [name]).columns;
    return column === undefined || column.kind === 'string' ? new Float64Array() : column.values;
  };
  const [labels] = pickColumns(keys, [KEY_COLUMN.label]).columns;
  const [versions, places] = [numbers(KEY_COLUMN.version), numbers(KEY_COLUMN.place)];
  const eventTimes = numbers(KEY_COLUMN.eventTime);
  const parts: VersionPart[] = [];
  for (let start = 0, end = 0; start < versions.length; start = end) {
    while (end < versions.length && versions[end] === versions[start]) end += 1;
    parts.push({
      version: versions[start] ?? 0,
      places: places.slice(start, end),
      eventTimes: eventTimes.slice(start, end),
      labels: labels?.kind === 'string' ? labels.values.slice(start, end) : [],
    });
  }
  return parts;
}

/** The file that holds the rows of every version. */
class Spool {
  readonly #inputs: ReadonlyMap<string, { readonly stored: string; readonly input: LoggedInput }>;

  constructor(
    readonly path: string,
    inputs: readonly LoggedInput[],
    readonly signal: AbortSignal | undefined,
  ) {
    this.#inputs = new Map(
      inputs.map((input, index) => [input.name, { stored: spooledColumn(index), input }]),
    );
  }

  /** These inputs of the rows at `places`, in the order of `names`; unknown ones are left out. */
  async inputs(names: readonly string[], places: Float64Array): Promise<readonly Column[]> {
    const known = names.flatMap((name) => this.#inputs.get(name) ?? []);
    const columns = await this.#read(known.map(({ stored }) => stored));
    return known.flatMap(({ input: { name, kind } }, index): Column[] => {
      const column = columns[index];
      if (column === undefined) return [];
      if (column.kind === 'string') {
        return [{ name, kind: 'string', values: textsAt(column.values, places) }];
      }
      const stored = kind === 'string' ? 'number' : kind;
      return [{ name, kind: stored, values: numbersAt(column.values, places) }];
    });
  }

  /** JSON text a row. */
  async predictions(places: Float64Array): Promise<readonly (string | null)[]> {
    const [column] = await this.#read([SPOOLED_PREDICTION]);
    return column?.kind === 'string' ? textsAt(column.values, places) : [];
  }

  async #read(columns: readonly string[]): Promise<readonly Column[]> {
    if (columns.length === 0) return [];
    const { signal } = this;
    return (await readTable(this.path, { columns, ...(signal && { signal }) })).columns;
  }
}

class SpooledRows implements ServedRows {
  readonly version: number;
  readonly rows: number;

  constructor(
    readonly spool: Spool,
    readonly part: VersionPart,
  ) {
    this.version = part.version;
    this.rows = part.places.length;
  }

  async read(names: readonly string[]): Promise<Table> {
    const { places, labels, eventTimes } = this.part;
    const columns = [...(await this.spool.inputs(names, places))];
    if (names.includes(LOG_COLUMN.prediction)) {
      const texts = await this.spool.predictions(places);
      columns.push(jsonColumn(LOG_COLUMN.prediction, texts));
    }
    if (names.includes(LOG_COLUMN.label)) columns.push(jsonColumn(LOG_COLUMN.label, labels));
    if (names.includes(LOG_COLUMN.eventTime)) {
      columns.push({ name: LOG_COLUMN.eventTime, kind: 'timestamp', values: eventTimes });
    }
    return pickColumns({ rows: this.rows, metadata: {}, columns }, names);
  }
}

function numbersAt(values: Float64Array, places: Float64Array): Float64Array {
  return places.map((place) => values[place] ?? Number.NaN);
}

function textsAt(
  values: readonly (string | null)[],
  places: Float64Array,
): readonly (string | null)[] {
  return Array.from(places, (place) => values[place] ?? null);
}

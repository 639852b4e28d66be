import { describeTable, readTable } from '../../../storage/tabular/index.js';
import type { ColumnKind, ColumnValues, FrameData } from '../../drift/index.js';
import { columnValues, concatenate, eventTimes, findColumn } from '../table-columns.js';
import { evenPlaces, rowsAt, type WindowRows } from '../window-rows.js';

/** A column by its name, and as what it is to be compared. */
export interface WantedColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Columns that are read at once. */
const BATCH_COLUMNS = 8;

/**
 * Rows that a window is compared with, in one part or several: training data and hold-out, the log of
 * some versions, a file. As of a window, columns are read when they are asked for.
 */
export class ReferenceRows {
  readonly rows: number;

  /** @param timeColumn - name of the column that has event time, in every part */
  constructor(
    readonly parts: readonly WindowRows[],
    readonly timeColumn: string,
  ) {
    this.rows = parts.reduce((sum, part) => sum + part.rows, 0);
  }

  /** @returns `null` where a part has no such column */
  async values({ name, kind }: WantedColumn): Promise<ColumnValues | null> {
    const { columns } = await this.frame([{ name, kind }]);
    return columns[0]?.column ?? null;
  }

  /** These columns side by side; one that a part does not have is left out. */
  async frame(wanted: readonly WantedColumn[]): Promise<FrameData> {
    const columns: FrameData['columns'][number][] = [];
    for (let start = 0; start < wanted.length; start += BATCH_COLUMNS) {
      const batch = wanted.slice(start, start + BATCH_COLUMNS);
      const names = batch.map(({ name }) => name);
      const tables = await Promise.all(this.parts.map((part) => part.read(names)));
      for (const { name, kind } of batch) {
        const found = tables.flatMap((table) => findColumn(table, name) ?? []);
        if (found.length < tables.length || found.length === 0) continue;
        const values = found.map((column) => columnValues(column, kind));
        columns.push({ name, column: concatenate(values, kind) });
      }
    }
    return { kind: 'frame', columns };
  }

  /** Event time in ms a row; `null` where a part has none. */
  async times(): Promise<Float64Array | null> {
    const tables = await Promise.all(this.parts.map((part) => part.read([this.timeColumn])));
    const found = tables.flatMap((table) => findColumn(table, this.timeColumn) ?? []);
    if (found.length < tables.length || found.length === 0) return null;
    const times = found.map((column) => ({ kind: 'numeric', values: eventTimes(column) }) as const);
    const all = concatenate(times, 'numeric');
    return all.kind === 'numeric' ? all.values : null;
  }

  /** Some of the rows. @param places - ascending */
  at(places: ArrayLike<number>): ReferenceRows {
    const parts: WindowRows[] = [];
    let [from, next] = [0, 0];
    for (const part of this.parts) {
      const own: number[] = [];
      for (; next < places.length && (places[next] ?? 0) < from + part.rows; next += 1) {
        own.push((places[next] ?? 0) - from);
      }
      if (own.length > 0) parts.push(own.length === part.rows ? part : rowsAt(part, own));
      from += part.rows;
    }
    return new ReferenceRows(parts, this.timeColumn);
  }

  /** Of more rows than `most`, so many at even steps. */
  atMost(most: number): ReferenceRows {
    return this.rows <= most ? this : this.at(evenPlaces(this.rows, most));
  }
}

/** Rows of a file; a column that it does not have is left out. */
export async function fileRows(path: string, signal?: AbortSignal): Promise<WindowRows> {
  const options = signal === undefined ? {} : { signal };
  const { rows, columns } = await describeTable(path, options);
  const known = new Set(columns.map(({ name }) => name));
  return {
    rows,
    async read(names) {
      const present = names.filter((name) => known.has(name));
      if (present.length === 0) return { rows, columns: [], metadata: {} };
      return readTable(path, { ...options, columns: present });
    },
  };
}

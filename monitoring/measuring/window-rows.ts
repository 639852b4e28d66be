import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { pickColumns, type Table } from '../../storage/tabular/table.js';
import { selectRows } from './table-columns.js';

/**
 * Rows of one version in a window, in order of event time. Columns are read when they are asked for:
 * a window of a million rows and a hundred columns is never in memory as a whole.
 */
export interface WindowRows {
  readonly rows: number;
  /** These columns, inputs by their name and `LOG_COLUMN`; those that the log lacks are left out. */
  read(columns: readonly string[]): Promise<Table>;
}

/** The rows whose label has come. */
export interface LabelledRows extends WindowRows {
  /** Prediction, label and event time of each. */
  readonly answers: Table;
}

/** What is known of a row besides its inputs. */
export const ANSWER_COLUMNS = [LOG_COLUMN.prediction, LOG_COLUMN.label, LOG_COLUMN.eventTime];

/** Columns that are read at once where only some of their rows are kept. */
const BATCH_COLUMNS = 8;

/** Some of the rows, by their place and in the order given. */
export function rowsAt(all: WindowRows, places: readonly number[]): WindowRows {
  return {
    rows: places.length,
    async read(columns) {
      const parts: Table[] = [];
      for (let start = 0; start < columns.length; start += BATCH_COLUMNS) {
        const batch = await all.read(columns.slice(start, start + BATCH_COLUMNS));
        parts.push(selectRows(batch, places));
      }
      return {
        rows: places.length,
        metadata: {},
        columns: parts.flatMap((part) => part.columns),
      };
    },
  };
}

/** Of more rows than `most`, so many at even steps. */
export function rowsAtMost(all: WindowRows, most: number): WindowRows {
  return all.rows <= most ? all : rowsAt(all, evenPlaces(all.rows, most));
}

/** Rows that are in memory already. */
export function rowsOfTable(table: Table): WindowRows {
  return { rows: table.rows, read: async (columns) => pickColumns(table, columns) };
}

/** Of more labelled rows than `most`, so many at even steps. */
export function labelledAtMost(labelled: LabelledRows, most: number): LabelledRows {
  if (labelled.rows <= most) return labelled;
  const places = evenPlaces(labelled.rows, most);
  return { ...rowsAt(labelled, places), answers: selectRows(labelled.answers, places) };
}

/** Of `rows` places at most so many, at even steps. */
export function evenPlaces(rows: number, most: number): number[] {
  const kept = Math.min(rows, most);
  return Array.from({ length: kept }, (_, i) => Math.floor((i * rows) / kept));
}

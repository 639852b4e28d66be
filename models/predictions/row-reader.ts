import { formatEventTime, type PredictionRecord } from '../../contracts/index.js';
import type { LogAccess } from './log-inspector.js';
import type { LoggedRow, RowReader } from './ports.js';
import { ROW_COLUMN, readRows } from './row-query.js';

export function createRowReader({ find, query }: Pick<LogAccess, 'find' | 'query'>): RowReader {
  return {
    async rows(model, window, filter) {
      const { isEmpty, served, toldSegments } = await find(model, window);
      if (isEmpty || filter.ids?.length === 0) return [];
      const labels = await toldSegments('labels');
      const labelFiles = labels.map(({ segment }) => segment.path);
      const columns = await query((db) => readRows(db, { ...served, ...filter, labelFiles }));
      return (columns[ROW_COLUMN.id] ?? []).map((_, row) =>
        rowOf((column) => columns[column]?.[row]),
      );
    },
  };
}

/** The log wrote these values itself, so their types are trusted. */
function rowOf(value: (column: number) => unknown): LoggedRow {
  const json = <T>(column: number): T | null => {
    const text = value(column);
    return typeof text === 'string' ? (JSON.parse(text) as T | null) : null;
  };
  const confidence = value(ROW_COLUMN.confidence);
  return {
    id: String(value(ROW_COLUMN.id)),
    version: Number(value(ROW_COLUMN.version)),
    eventTime: formatEventTime(Number(value(ROW_COLUMN.eventTime))),
    inputs: json<PredictionRecord['inputs']>(ROW_COLUMN.inputs) ?? {},
    prediction: json<PredictionRecord['prediction']>(ROW_COLUMN.prediction) ?? '',
    label: json<PredictionRecord['prediction']>(ROW_COLUMN.label),
    probabilities: json<readonly number[]>(ROW_COLUMN.probabilities),
    ...(typeof confidence === 'number' && { confidence }),
  };
}

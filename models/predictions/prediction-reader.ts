import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api';
import { MillraceError, parseEventTimeMs, type TimeWindow } from '../../contracts/index.js';
import { pickColumns } from '../../storage/tabular/table.js';
import { createArmReader } from './arm-reader.js';
import { createLogInspector } from './log-inspector.js';
import { isParquet, listSegments, type SegmentKind } from './log-layout.js';
import { readBusiness, readFeedback, readReplacedLabels } from './outcome-query.js';
import { feedbackRows, windowOutcomes } from './outcomes.js';
import {
  type ArmReader,
  LOG_COLUMN,
  type LoggedInput,
  type LogInspector,
  type OpenWindow,
  type PredictionLogSummary,
  type PredictionReader,
  type PredictionWindow,
  type RowReader,
} from './ports.js';
import { createRowReader } from './row-reader.js';
import {
  overlapping,
  type SegmentStatistics,
  SegmentStatisticsCache,
} from './segment-statistics.js';
import { spoolWindow } from './spooled-window.js';
import { QUERY_COLUMN, readWindow } from './window-query.js';
import { jsonColumn, numericColumn, valueColumn } from './window-table.js';

/** Segments of a window that together are smaller than this are read into memory at once. */
const SPOOLED_BYTES = 32 * 2 ** 20;

/**
 * Reads the log of every gateway below `directory`. Keep one for the life of the process: it
 * remembers what is in each segment and reads only what was appended since.
 *
 * @param options.spooledBytes - from how many bytes of segments on an open window is kept in a file
 */
export function createPredictionReader(
  directory: string,
  { spooledBytes = SPOOLED_BYTES }: { readonly spooledBytes?: number } = {},
): PredictionReader & LogInspector & RowReader & ArmReader {
  const statistics = new SegmentStatisticsCache();
  let instance: Promise<DuckDBInstance> | null = null;
  const database = () => {
    instance ??= DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return instance;
  };
  const segmentsOf = async (model: string, kind: SegmentKind) =>
    statistics.of(await listSegments(directory, model, kind));

  /** Segments with predictions of the window; what it is read by; what was told of them. */
  const find = async (model: string, window: TimeWindow) => {
    const startMs = boundMs(window, 'start');
    const endMs = boundMs(window, 'end');
    const within = (await segmentsOf(model, 'predictions')).filter(
      ({ firstEventTimeMs, lastEventTimeMs }) =>
        firstEventTimeMs < endMs && lastEventTimeMs >= startMs,
    );
    const toldSegments = async (kind: Exclude<SegmentKind, 'predictions'>) =>
      overlapping(await segmentsOf(model, kind), within);
    return {
      isEmpty: within.length === 0,
      within,
      bytes: within.reduce((sum, segment) => sum + bytesInMemory(segment), 0),
      served: { predictionFiles: paths(within), startMs, endMs },
      toldSegments,
      told: async (kind: Exclude<SegmentKind, 'predictions'>) => paths(await toldSegments(kind)),
    };
  };
  const query = async (
    read: (connection: DuckDBConnection) => Promise<DuckDBResultReader>,
  ): Promise<Columns> => {
    const connection = await (await database()).connect();
    try {
      return (await read(connection)).getColumns();
    } finally {
      connection.closeSync();
    }
  };
  const feedbackOf = async ({ served, told }: Awaited<ReturnType<typeof find>>) => {
    const toldFiles = await told('feedback');
    if (toldFiles.length === 0) return [];
    return feedbackRows(await query((db) => readFeedback(db, { ...served, toldFiles })));
  };

  const readTables = async (
    model: string,
    window: TimeWindow,
    inputs: readonly LoggedInput[],
  ): Promise<readonly PredictionWindow[]> => {
    const { isEmpty, served, told } = await find(model, window);
    if (isEmpty) return [];
    const labelFiles = await told('labels');
    const columns = await query((db) => readWindow(db, { ...served, labelFiles, inputs }));
    return splitByVersion(columns, inputs);
  };

  return {
    ...createLogInspector({ segmentsOf, find, query }),
    ...createRowReader({ find, query }),
    ...createArmReader({ segmentsOf, query }),

    async summary(model) {
      return summarise(await segmentsOf(model, 'predictions'));
    },

    async openWindow(model, window, inputs, signal) {
      const { isEmpty, bytes, served, told } = await find(model, window);
      if (isEmpty || bytes < spooledBytes)
        return openTables(await readTables(model, window, inputs));
      return spoolWindow({ ...served, labelFiles: await told('labels'), inputs }, signal);
    },

    window: readTables,

    async outcomes(model, window) {
      const found = await find(model, window);
      if (found.isEmpty) return [];
      const of = async (kind: 'business' | 'labels', read: typeof readBusiness) => {
        const toldFiles = await found.told(kind);
        if (toldFiles.length === 0) return [];
        return query((db) => read(db, { ...found.served, toldFiles }));
      };
      const business = await of('business', readBusiness);
      const replaced = await of('labels', readReplacedLabels);
      return windowOutcomes(business, await feedbackOf(found), replaced);
    },

    async feedback(model, window) {
      const found = await find(model, window);
      const rows = found.isEmpty ? [] : await feedbackOf(found);
      return rows
        .map(({ replaced: _, ...row }) => row)
        .sort((a, b) => a.eventTimeMs - b.eventTimeMs || (a.id < b.id ? -1 : 1));
    },
  };
}

/** Parquet is some eight times smaller than the lines that it holds. */
function bytesInMemory({ segment, scannedBytes }: SegmentStatistics): number {
  return isParquet(segment.path) ? 8 * scannedBytes : scannedBytes;
}

/** A window that is in memory already. */
function openTables(windows: readonly PredictionWindow[]): OpenWindow {
  return {
    versions: windows.map(({ version, table }) => ({
      version,
      rows: table.rows,
      read: async (names) => pickColumns(table, names),
    })),
    close: async () => {},
  };
}

type Columns = readonly (readonly unknown[])[];

function paths(segments: readonly SegmentStatistics[]): readonly string[] {
  return segments.map(({ segment }) => segment.path);
}

function summarise(segments: readonly SegmentStatistics[]): PredictionLogSummary {
  const filled = segments.filter(({ rows }) => rows > 0);
  if (filled.length === 0) {
    return { rows: 0, firstEventTimeMs: null, watermarkMs: null, lastArrivalMs: null };
  }
  return {
    rows: filled.reduce((total, { rows }) => total + rows, 0),
    firstEventTimeMs: filled.reduce((least, s) => Math.min(least, s.firstEventTimeMs), Infinity),
    watermarkMs: watermarkOf(filled),
    lastArrivalMs: filled.reduce((most, s) => Math.max(most, s.lastArrivalMs), -Infinity),
  };
}

function splitByVersion(
  columns: Columns,
  inputs: readonly LoggedInput[],
): readonly PredictionWindow[] {
  const column = (index: number) => columns[index] ?? [];
  const versions = column(QUERY_COLUMN.version);
  const windows: PredictionWindow[] = [];
  for (let start = 0, end = 0; start < versions.length; start = end) {
    while (end < versions.length && versions[end] === versions[start]) end += 1;
    const part = (index: number) => column(index).slice(start, end);
    const inputColumns = inputs.map(({ name, kind }, index) => {
      const values = part(QUERY_COLUMN.inputs + index);
      return valueColumn(name, kind, values);
    });
    windows.push({
      version: Number(versions[start]),
      table: {
        rows: end - start,
        metadata: {},
        columns: [
          ...inputColumns,
          jsonColumn(LOG_COLUMN.prediction, part(QUERY_COLUMN.prediction)),
          jsonColumn(LOG_COLUMN.label, part(QUERY_COLUMN.label)),
          numericColumn(LOG_COLUMN.eventTime, 'timestamp', part(QUERY_COLUMN.eventTime)),
        ],
      },
    });
  }
  return windows;
}

function boundMs(window: TimeWindow, bound: 'start' | 'end'): number {
  const ms = parseEventTimeMs(window[bound]);
  if (ms !== null) return ms;
  throw new MillraceError(
    'InvalidInput',
    `the window's ${bound} '${window[bound]}' is not a time`,
    'write it as RFC 3339, such as 2011-07-01T00:00:00Z',
  );
}

/** A request that left its time out must not close the windows of data that carries its time. */
function watermarkOf(filled: readonly SegmentStatistics[]): number {
  const given = filled.reduce((most, s) => Math.max(most, s.lastGivenTimeMs), -Infinity);
  if (given !== -Infinity) return given;
  return filled.reduce((most, s) => Math.max(most, s.lastEventTimeMs), -Infinity);
}

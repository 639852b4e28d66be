import { DuckDBInstance } from '@duckdb/node-api';
import { MillraceError, parseEventTimeMs, type TimeWindow } from '../../contracts/index.js';
import type { Column } from '../../storage/tabular/table.js';
import { listSegments } from './log-layout.js';
import {
  LOG_COLUMN,
  type PredictionLogSummary,
  type PredictionReader,
  type PredictionWindow,
} from './ports.js';
import { type SegmentStatistics, SegmentStatisticsCache } from './segment-statistics.js';
import { type LoggedInput, QUERY_COLUMN, readWindow } from './window-query.js';
import { jsonColumn, numericColumn, textColumn } from './window-table.js';

/**
 * Reads the log of every gateway below `directory`. Keep one for the life of the process: it
 * remembers what is in each segment and reads only what was appended since.
 */
export function createPredictionReader(directory: string): PredictionReader {
  const predictions = new SegmentStatisticsCache();
  const labels = new SegmentStatisticsCache();
  let instance: Promise<DuckDBInstance> | null = null;
  const database = () => {
    instance ??= DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return instance;
  };

  return {
    async summary(model) {
      const segments = await listSegments(directory, model, 'predictions');
      return summarise(await predictions.of(segments));
    },

    async window(model, window, inputs) {
      const startMs = boundMs(window, 'start');
      const endMs = boundMs(window, 'end');
      const all = await predictions.of(await listSegments(directory, model, 'predictions'));
      const within = all.filter(
        ({ firstEventTimeMs, lastEventTimeMs }) =>
          firstEventTimeMs < endMs && lastEventTimeMs >= startMs,
      );
      if (within.length === 0) return [];
      const labelled = overlapping(
        await labels.of(await listSegments(directory, model, 'labels')),
        within,
      );
      const connection = await (await database()).connect();
      try {
        const result = await readWindow(connection, {
          predictionFiles: within.map(({ segment }) => segment.path),
          labelFiles: labelled.map(({ segment }) => segment.path),
          startMs,
          endMs,
          inputs,
        });
        return splitByVersion(result.getColumns(), inputs);
      } finally {
        connection.closeSync();
      }
    },
  };
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

/** Label segments that may hold a label of these predictions. */
function overlapping(
  labels: readonly SegmentStatistics[],
  predictions: readonly SegmentStatistics[],
): readonly SegmentStatistics[] {
  return labels.filter((label) =>
    predictions.some((p) => label.firstUuid <= p.lastUuid && label.lastUuid >= p.firstUuid),
  );
}

function splitByVersion(
  columns: readonly (readonly unknown[])[],
  inputs: readonly LoggedInput[],
): readonly PredictionWindow[] {
  const column = (index: number) => columns[index] ?? [];
  const versions = column(QUERY_COLUMN.version);
  const windows: PredictionWindow[] = [];
  for (let start = 0, end = 0; start < versions.length; start = end) {
    while (end < versions.length && versions[end] === versions[start]) end += 1;
    const part = (index: number) => column(index).slice(start, end);
    const inputColumns = inputs.map(({ name, kind }, index): Column => {
      const values = part(QUERY_COLUMN.inputs + index);
      return kind === 'string' ? textColumn(name, values) : numericColumn(name, kind, values);
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

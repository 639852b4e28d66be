import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import type { TimeWindow } from '../../contracts/index.js';
import {
  readArrivals,
  readHoursOfLabels,
  readHoursOfRows,
  readLabelsSince,
  readNthEventTime,
  readRowsSince,
} from './inspect-query.js';
import type { SegmentKind } from './log-layout.js';
import type { ServedRows } from './log-sql.js';
import type { LogInspector, WindowCounts } from './ports.js';
import { overlapping, type SegmentStatistics } from './segment-statistics.js';

type Columns = readonly (readonly unknown[])[];

/** How an inspector reaches the log: what a reader of it has already. */
export interface LogAccess {
  segmentsOf(model: string, kind: SegmentKind): Promise<readonly SegmentStatistics[]>;
  find(
    model: string,
    window: TimeWindow,
  ): Promise<{
    readonly isEmpty: boolean;
    readonly within: readonly SegmentStatistics[];
    readonly served: ServedRows;
    toldSegments(kind: 'labels'): Promise<readonly SegmentStatistics[]>;
  }>;
  query(read: (connection: DuckDBConnection) => Promise<DuckDBResultReader>): Promise<Columns>;
}

export function createLogInspector({ segmentsOf, find, query }: LogAccess): LogInspector {
  /** The last answer a model: a monitor that looks at a log that stood still reads nothing. */
  const answered = new Map<string, { readonly asked: string; readonly timeMs: number | null }>();
  return {
    async labelCount(model) {
      const segments = await segmentsOf(model, 'labels');
      return segments.reduce((total, { rows }) => total + rows, 0);
    },

    async nthEventTime(model, fromMs, n) {
      const segments = await segmentsOf(model, 'predictions');
      const later = segments.filter(({ lastEventTimeMs }) => lastEventTimeMs >= fromMs);
      const rows = later.reduce((total, segment) => total + segment.rows, 0);
      if (rows < n) return null;
      const asked = `${fromMs}/${n}/${rows}`;
      const known = answered.get(model);
      if (known?.asked === asked) return known.timeMs;
      const columns = await query((db) => readNthEventTime(db, paths(later), fromMs, n));
      const value = columns[0]?.[0];
      const timeMs = typeof value === 'number' ? value : null;
      answered.set(model, { asked, timeMs });
      return timeMs;
    },

    async mayHaveGrown(model, window, sinceMs) {
      const { within, toldSegments } = await find(model, window);
      const grew = grownSince(sinceMs);
      return within.some(grew) || (within.length > 0 && (await toldSegments('labels')).some(grew));
    },

    async changedHours(model, sinceMs, beforeMs) {
      const grew = grownSince(sinceMs);
      const since = new Date(sinceMs).toISOString();
      const earlier = (await segmentsOf(model, 'predictions')).filter(
        ({ firstEventTimeMs }) => firstEventTimeMs < beforeMs,
      );
      const served = (segments: readonly SegmentStatistics[]) => ({
        predictionFiles: paths(segments),
        startMs: Number.MIN_SAFE_INTEGER,
        endMs: beforeMs,
      });
      const came = earlier.filter(grew);
      const told = overlapping((await segmentsOf(model, 'labels')).filter(grew), earlier);
      const rows =
        came.length === 0 ? [] : await query((db) => readHoursOfRows(db, served(came), since));
      const labels =
        told.length === 0
          ? []
          : await query((db) =>
              readHoursOfLabels(db, served(overlapping(earlier, told)), paths(told), since),
            );
      const hours = [...(rows[0] ?? []), ...(labels[0] ?? [])].map(Number);
      return [...new Set(hours)].sort((a, b) => a - b);
    },

    async arrivedSince(model, window, sinceMs) {
      const { within, served, toldSegments } = await find(model, window);
      const grew = grownSince(sinceMs);
      const since = new Date(sinceMs).toISOString();
      const predictionFiles = paths(within.filter(grew));
      const labelFiles =
        within.length === 0 ? [] : paths((await toldSegments('labels')).filter(grew));
      const rows =
        predictionFiles.length === 0
          ? []
          : await query((db) => readRowsSince(db, { ...served, predictionFiles }, since));
      const labels =
        labelFiles.length === 0
          ? []
          : await query((db) => readLabelsSince(db, served, labelFiles, since));
      return joinCounts(countsOf(rows), countsOf(labels));
    },

    async arrivals(model, window) {
      const { isEmpty, served } = await find(model, window);
      if (isEmpty) return null;
      const columns = await query((db) => readArrivals(db, served));
      const [from, to] = [columns[0]?.[0], columns[1]?.[0]].map((at) => Date.parse(String(at)));
      return from === undefined || to === undefined || Number.isNaN(from + to)
        ? null
        : { fromMs: from, toMs: to };
    },
  };
}

function grownSince(sinceMs: number): (segment: SegmentStatistics) => boolean {
  return ({ lastArrivalMs }) => lastArrivalMs >= sinceMs;
}

function paths(segments: readonly SegmentStatistics[]): readonly string[] {
  return segments.map(({ segment }) => segment.path);
}

/** Counts by version, of two columns. */
function countsOf([versions = [], counts = []]: Columns): ReadonlyMap<number, number> {
  return new Map(versions.map((version, i) => [Number(version), Number(counts[i])]));
}

function joinCounts(
  rows: ReadonlyMap<number, number>,
  labels: ReadonlyMap<number, number>,
): readonly WindowCounts[] {
  const versions = [...new Set([...rows.keys(), ...labels.keys()])].sort((a, b) => a - b);
  return versions.map((version) => ({
    version,
    rows: rows.get(version) ?? 0,
    labels: labels.get(version) ?? 0,
  }));
}

import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import type { TimeWindow } from '../../contracts/index.js';
import { readArrivals, readCounts, readNthEventTime } from './inspect-query.js';
import type { SegmentKind } from './log-layout.js';
import type { ServedRows } from './log-sql.js';
import type { LogInspector } from './ports.js';
import type { SegmentStatistics } from './segment-statistics.js';

type Columns = readonly (readonly unknown[])[];

/** How an inspector reaches the log: what a reader of it has already. */
export interface LogAccess {
  segmentsOf(model: string, kind: SegmentKind): Promise<readonly SegmentStatistics[]>;
  find(
    model: string,
    window: TimeWindow,
  ): Promise<{
    readonly isEmpty: boolean;
    readonly served: ServedRows;
    told(kind: 'labels'): Promise<readonly string[]>;
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
      const files = later.map(({ segment }) => segment.path);
      const columns = await query((db) => readNthEventTime(db, files, fromMs, n));
      const value = columns[0]?.[0];
      const timeMs = typeof value === 'number' ? value : null;
      answered.set(model, { asked, timeMs });
      return timeMs;
    },

    async counts(model, window) {
      const { isEmpty, served, told } = await find(model, window);
      if (isEmpty) return [];
      const labelFiles = await told('labels');
      const columns = await query((db) => readCounts(db, served, labelFiles));
      const [versions = [], rows = [], labels = []] = columns;
      return versions.map((version, i) => ({
        version: Number(version),
        rows: Number(rows[i]),
        labels: Number(labels[i]),
      }));
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

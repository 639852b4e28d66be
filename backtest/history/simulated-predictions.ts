import { parseEventTimeMs, type TimeWindow, type VersionRecord } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import {
  LOG_COLUMN,
  type LoggedInput,
  type LogInspector,
  type OpenWindow,
  type PredictionReader,
  type PredictionWindow,
  type ServedRows,
  type WindowOutcomes,
} from '../../models/predictions/ports.js';
import { findColumn } from '../../monitoring/measuring/table-columns.js';
import { type Column, pickColumns, type Table } from '../../storage/tabular/table.js';
import { simulated } from '../stores/simulated.js';
import { asInput } from './as-input.js';
import { businessOf } from './business-columns.js';
import { firstRowAt, type History } from './history.js';
import { logAt } from './log-at.js';
import { type ServedAnswers, sliceColumn } from './served-answers.js';
import type { ServedStretch, Timeline } from './timeline.js';

/** What a prediction log is simulated from. */
export interface ReplayedLog {
  readonly history: History;
  readonly answers: ServedAnswers;
  readonly timeline: Timeline;
  /** First moment that is replayed. */
  readonly startMs: number;
  readonly labelDelayMs: number;
  readonly nowMs: () => number;
  readonly target: () => string;
  readonly version: (number: number) => VersionRecord;
}

/**
 * The prediction log as it would be at the simulated moment: rows of the history that have come,
 * answered by the versions that served them, with the labels that are known by then.
 */
export function simulatedPredictions(log: ReplayedLog): PredictionReader & LogInspector {
  const windows = (
    window: TimeWindow,
    inputs: readonly LoggedInput[],
  ): Promise<readonly PredictionWindow[]> =>
    Promise.all(
      servedIn(log, window).map(async ([version, stretches]) => ({
        version,
        table: await tableOf(log, stretches, inputs),
      })),
    );
  return simulated<PredictionReader & LogInspector>('prediction log', {
    summary: async () => arrived(log).summary,
    window: async (_model, window, inputs) => windows(window, inputs),
    openWindow: async (_model, window, inputs) => opened(await windows(window, inputs)),
    outcomes: async (_model, window) => outcomes(log, window),
    feedback: async () => [],
    labelCount: async () => firstRowAt(log.history, log.nowMs() - log.labelDelayMs + 1),
    nthEventTime: (_model, fromMs, n) => arrived(log).nthEventTime(fromMs, n),
    arrivals: async (_model, window) => {
      const startMs = Math.max(log.startMs, parseEventTimeMs(window.start) ?? 0);
      const endMs = Math.min(log.nowMs(), parseEventTimeMs(window.end) ?? 0);
      const [from, to] = [firstRowAt(log.history, startMs), firstRowAt(log.history, endMs)];
      const [fromMs, toMs] = [log.history.timesMs[from], log.history.timesMs[to - 1]];
      return from >= to || fromMs === undefined || toMs === undefined ? null : { fromMs, toMs };
    },
  });
}

/** The stretches of a window that each version served, by version. */
function servedIn(
  log: ReplayedLog,
  window: TimeWindow,
): readonly (readonly [version: number, readonly ServedStretch[]])[] {
  const [startMs, endMs] = [parseEventTimeMs(window.start) ?? 0, parseEventTimeMs(window.end) ?? 0];
  const served = new Map<number, ServedStretch[]>();
  for (const stretch of log.timeline.between(
    Math.max(startMs, log.startMs),
    Math.min(endMs, log.nowMs()),
  )) {
    served.set(stretch.version, [...(served.get(stretch.version) ?? []), stretch]);
  }
  return [...served].sort(([a], [b]) => a - b);
}

/** What predictions were worth is told when their labels are. */
function outcomes(log: ReplayedLog, window: TimeWindow): readonly WindowOutcomes[] {
  if (log.history.business.length === 0) return [];
  return servedIn(log, window).flatMap(([version, stretches]) => {
    const business = businessOf(log.history.business, rowsOf(stretches).filter(isKnownIn(log)));
    if (Object.keys(business).length === 0) return [];
    return { version, business, feedback: null, replacedLabels: 0 };
  });
}

function rowsOf(stretches: readonly ServedStretch[]): readonly number[] {
  return stretches.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
}

/** A label is known once its delay has passed. */
function isKnownIn({ history, labelDelayMs, nowMs }: ReplayedLog): (row: number) => boolean {
  return (row) => (history.timesMs[row] ?? 0) + labelDelayMs <= nowMs();
}

function arrived({ history, startMs, nowMs }: ReplayedLog) {
  return logAt(history, startMs, nowMs());
}

function opened(windows: readonly PredictionWindow[]): OpenWindow {
  const versions = windows.map(
    ({ version, table }): ServedRows => ({
      version,
      rows: table.rows,
      read: async (names) => pickColumns(table, names),
    }),
  );
  return { versions, close: async () => {} };
}

async function tableOf(
  log: ReplayedLog,
  stretches: readonly ServedStretch[],
  inputs: readonly LoggedInput[],
): Promise<Table> {
  const { history } = log;
  const columns = inputs.flatMap((input) => {
    const column = findColumn(history.table, input.name);
    return column === undefined ? [] : [asInput(over(column, stretches), input)];
  });
  const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    rows,
    metadata: {},
    columns: [
      ...columns,
      await served(log, stretches),
      labels(log, stretches),
      over({ name: LOG_COLUMN.eventTime, kind: 'timestamp', values: history.timesMs }, stretches),
    ],
  };
}

async function served(log: ReplayedLog, stretches: readonly ServedStretch[]): Promise<Column> {
  const answers = await Promise.all(
    stretches.map(({ version, from, to }) => log.answers.of(log.version(version), from, to)),
  );
  const values = answers.flatMap(plainAnswers);
  const name = LOG_COLUMN.prediction;
  if (values.every((value) => typeof value === 'number')) {
    return { name, kind: 'number', values: Float64Array.from(values) };
  }
  return values.every((value) => typeof value === 'boolean')
    ? { name, kind: 'boolean', values: Float64Array.from(values, Number) }
    : { name, kind: 'string', values: values.map(String) };
}

function plainAnswers(answers: TablePredictions): (number | string | boolean)[] {
  if (answers.task === 'regression') return Array.from(answers.values);
  return Array.from(answers.classIndexes, (index) => answers.classes[index] ?? '');
}

function labels(log: ReplayedLog, stretches: readonly ServedStretch[]): Column {
  const name = LOG_COLUMN.label;
  const target = findColumn(log.history.table, log.target());
  const rows = rowsOf(stretches);
  const isKnown = isKnownIn(log);
  if (target?.kind === 'string') {
    const values = rows.map((row) => (isKnown(row) ? (target.values[row] ?? null) : null));
    return { name, kind: 'string', values };
  }
  const values = Float64Array.from(rows, (row) =>
    isKnown(row) ? (target?.values[row] ?? Number.NaN) : Number.NaN,
  );
  return { name, kind: target?.kind === 'boolean' ? 'boolean' : 'number', values };
}

function over(column: Column, stretches: readonly ServedStretch[]): Column {
  const parts = stretches.map(({ from, to }) => sliceColumn(column, from, to));
  if (column.kind === 'string') {
    const values = parts.flatMap((part) => (part.kind === 'string' ? [...part.values] : []));
    return { ...column, values };
  }
  const values = parts.flatMap((part) => (part.kind === 'string' ? [] : Array.from(part.values)));
  return { ...column, values: Float64Array.from(values) };
}

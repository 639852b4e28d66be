import type { TablePredictions } from '../../models/inference/index.js';
import type { Column } from '../../storage/tabular/table.js';
import { type ReferenceProfile, windowFrom, windowStartMs } from '../drift/index.js';
import { metricsOf, sampleOf } from './labelled-sample.js';
import { answersOf, biasBaseline } from './prediction-bias.js';
import { rowsWithValue, selectRows } from './table-columns.js';

/** What a profile says of the hold-out alone. */
export type HoldoutPart = 'performance' | 'bias' | 'answers';

/**
 * Performance of each window of the hold-out; bias, variance and the answers to each class on all of
 * it.
 *
 * @param times - event time a row in ms; `null` gives no windows
 */
export function holdoutOutcomes(
  labels: Column,
  answers: TablePredictions,
  times: Float64Array | null,
  everyMs: number,
): Pick<ReferenceProfile, HoldoutPart> {
  const rows = rowsWithValue(labels);
  const sample = sampleOf(pick(labels, rows), pickAnswers(answers, rows));
  const [bias, perLabel] = [biasBaseline(sample), answersOf(sample)];
  return {
    performance: holdoutPerformance(labels, answers, times, everyMs),
    ...(bias !== null && { bias }),
    ...(perLabel !== null && { answers: perLabel }),
  };
}

/**
 * Metrics of each window of the hold-out. Windows without a label are left out.
 *
 * @param times - event time a row in ms; `null` gives no windows
 */
export function holdoutPerformance(
  labels: Column,
  answers: TablePredictions,
  times: Float64Array | null,
  everyMs: number,
): ReferenceProfile['performance'] {
  const rowsOf = new Map<number, number[]>();
  for (const row of rowsWithValue(labels)) {
    const time = times?.[row] ?? Number.NaN;
    if (Number.isNaN(time)) continue;
    const start = windowStartMs(time, everyMs);
    const rows = rowsOf.get(start);
    if (rows === undefined) rowsOf.set(start, [row]);
    else rows.push(row);
  }
  return [...rowsOf]
    .sort(([a], [b]) => a - b)
    .map(([start, rows]) => ({
      ...windowFrom(start, everyMs),
      rows: rows.length,
      metrics: metricsOf(sampleOf(pick(labels, rows), pickAnswers(answers, rows))),
    }));
}

function pick(column: Column, rows: readonly number[]): Column {
  const [picked] = selectRows({ rows: 0, columns: [column], metadata: {} }, rows).columns;
  return picked ?? column;
}

/** A model's answers to some of the rows. */
export function pickAnswers(answers: TablePredictions, rows: readonly number[]): TablePredictions {
  if (answers.task === 'regression') {
    return { ...answers, values: Float64Array.from(rows, (row) => answers.values[row] ?? 0) };
  }
  const width = answers.classes.length;
  const probabilities = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    probabilities.set(answers.probabilities.subarray(row * width, (row + 1) * width), at * width);
  });
  const classIndexes = Int32Array.from(rows, (row) => answers.classIndexes[row] ?? -1);
  return { ...answers, classIndexes, probabilities };
}

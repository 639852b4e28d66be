import type { TimeWindow, VersionRecord } from '../../contracts/index.js';
import { parseEventTimeMs } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { findMetric } from '../../models/inference/metrics/index.js';
import { pickAnswers } from '../../monitoring/measuring/holdout-performance.js';
import {
  type LabelledSample,
  metricsOf,
  sampleOf,
} from '../../monitoring/measuring/labelled-sample.js';
import { findColumn, rowsWithValue, selectRows } from '../../monitoring/measuring/table-columns.js';
import { asInput } from '../history/as-input.js';
import type { History } from '../history/history.js';
import { type ServedAnswers, sliceColumn } from '../history/served-answers.js';
import type { Timeline } from '../history/timeline.js';

export interface WindowError {
  readonly rows: number;
  readonly labelledRows: number;
  readonly versions: readonly number[];
  readonly error: number | null;
}

/**
 * The error of a window over all of its labels, also those that came later: what was served against
 * what turned out to be true, by the metric of the monitor.
 */
export async function windowError(
  stores: {
    readonly history: History;
    readonly answers: ServedAnswers;
    readonly timeline: Timeline;
    readonly version: (number: number) => VersionRecord;
  },
  window: TimeWindow,
  metric: string,
): Promise<WindowError> {
  const { history, answers, timeline, version } = stores;
  const [startMs, endMs] = [parseEventTimeMs(window.start) ?? 0, parseEventTimeMs(window.end) ?? 0];
  const stretches = timeline.between(startMs, endMs);
  const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const samples: LabelledSample[] = [];
  for (const stretch of stretches) {
    const { from, to } = stretch;
    const { target, task } = version(stretch.version).content;
    const column = findColumn(history.table, target);
    if (column === undefined) continue;
    const part = sliceColumn(column, from, to);
    const label = task === 'regression' ? asInput(part, { name: target, kind: 'number' }) : part;
    const places = rowsWithValue(label);
    const [picked] = selectRows({ rows: 0, columns: [label], metadata: {} }, places).columns;
    if (picked === undefined || places.length === 0) continue;
    const served: TablePredictions = await answers.of(version(stretch.version), from, to);
    samples.push(sampleOf(picked, pickAnswers(served, places)));
  }
  const joined = joinSamples(samples);
  const value = joined === null ? undefined : metricsOf(joined)[metric];
  return {
    rows,
    labelledRows: joined?.labels.length ?? 0,
    versions: [...new Set(stretches.map((stretch) => stretch.version))],
    error: value === undefined || joined === null ? null : errorOf(metric, joined.task, value),
  };
}

/** Lower is better: 1 − the metric where higher is. */
export function errorOf(metric: string, task: LabelledSample['task'], value: number): number {
  return findMetric(metric, task).higherIsBetter ? 1 - value : value;
}

/** Versions that know other classes cannot be joined: the largest part speaks for the window then. */
function joinSamples(samples: readonly LabelledSample[]): LabelledSample | null {
  const [first] = samples;
  if (first === undefined || samples.length === 1) return first ?? null;
  if (first.task === 'regression') {
    const all = samples.flatMap((sample) => (sample.task === 'regression' ? [sample] : []));
    return {
      task: 'regression',
      labels: Float64Array.from(all.flatMap(({ labels }) => Array.from(labels))),
      predictions: Float64Array.from(all.flatMap(({ predictions }) => Array.from(predictions))),
    };
  }
  const all = samples.flatMap((sample) => (sample.task === 'classification' ? [sample] : []));
  const alike = all.every(({ classes }) => String(classes) === String(first.classes));
  if (!alike) return all.toSorted((a, b) => b.labels.length - a.labels.length)[0] ?? null;
  return {
    ...first,
    labels: Int32Array.from(all.flatMap(({ labels }) => Array.from(labels))),
    predictions: Int32Array.from(all.flatMap(({ predictions }) => Array.from(predictions))),
    probabilities: Float64Array.from(all.flatMap(({ probabilities }) => Array.from(probabilities))),
  };
}

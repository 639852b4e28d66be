import { formatEventTime, type ModelManifest, type PairedLosses } from '../../contracts/index.js';
import { openModel } from '../../models/sources/index.js';
import {
  classificationLosses,
  pairedDifference,
  regressionLosses,
  timeBlocks,
} from '../../monitoring/drift/index.js';
import {
  type LabelledSample,
  pickSample,
  sampleOf,
} from '../../monitoring/measuring/labelled-sample.js';
import {
  eventTimes,
  findColumn,
  requireColumn,
  rowsWithValue,
} from '../../monitoring/measuring/table-columns.js';
import type { Table } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';

/** Metrics that are means over rows: only of such can single rows be compared. */
const ROW_METRICS: Readonly<Record<ModelManifest['task'], readonly string[]>> = {
  regression: ['mae', 'rmse', 'mape'],
  classification: ['accuracy', 'logLoss', 'brierScore'],
};

/**
 * The loss of a row that stands for a metric: F1 and ROC-AUC have none, wrong classes count then. So
 * do those of the other task, until registering refuses the monitor that names them.
 */
export function rowMetricFor(metric: string, task: ModelManifest['task']): string {
  if (ROW_METRICS[task].includes(metric)) return metric;
  return task === 'regression' ? 'mae' : 'accuracy';
}

/**
 * Asks both models the rows of a table and compares their losses, row by row. Neighbouring hours
 * are no independent draws: the interval is over days of event time, or eight runs of rows.
 *
 * @returns `null` with too few rows for an interval
 */
export async function pairedLosses(
  { deps, signal }: Pick<StepWorkContext, 'deps' | 'signal'>,
  pair: { readonly challenger: ModelManifest; readonly champion: ModelManifest },
  table: Table,
  { loss, confidence }: { readonly loss: string; readonly confidence: number },
): Promise<PairedLosses | null> {
  const { target, timeColumn } = pair.challenger;
  const labels = requireColumn(table, target, 'the hold-out');
  const labelled = rowsWithValue(labels);
  const lossesOf = async (manifest: ModelManifest): Promise<Float64Array> => {
    const model = await openModel(deps, manifest);
    try {
      const sample = sampleOf(labels, await model.predictTable(table, signal));
      return rowLosses(loss, pickSample(sample, labelled));
    } finally {
      await model.release();
    }
  };
  const own = await lossesOf(pair.challenger);
  const other = await lossesOf(pair.champion);
  const kept = labelled.flatMap((row, at) =>
    Number.isFinite(own[at]) && Number.isFinite(other[at]) ? [{ row, at }] : [],
  );
  if (kept.length < 2) return null;
  const pick = (values: Float64Array) =>
    Float64Array.from(kept, ({ at }) => values[at] ?? Number.NaN);
  const time = timeColumn === null ? undefined : findColumn(table, timeColumn);
  const allTimes = time === undefined ? null : eventTimes(time);
  const times = Float64Array.from(kept, ({ row, at }) => allTimes?.[row] ?? at);
  const [challenger, champion] = [pick(own), pick(other)];
  const difference = pairedDifference(
    challenger.map((value, at) => value - (champion[at] ?? Number.NaN)),
    timeBlocks(times),
    confidence,
  );
  if (difference === null) return null;
  const edge = (ms: number | undefined) =>
    allTimes === null || ms === undefined ? null : formatEventTime(ms);
  return {
    rows: kept.length,
    from: edge(times[0]),
    to: edge(times.at(-1)),
    champion: meanOf(champion),
    challenger: meanOf(challenger),
    difference,
  };
}

function rowLosses(loss: string, sample: LabelledSample): Float64Array {
  return sample.task === 'regression'
    ? regressionLosses(loss, sample)
    : classificationLosses(loss, sample);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

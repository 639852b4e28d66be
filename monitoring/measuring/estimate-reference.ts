import {
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  type MonitorSpec,
  type TaskType,
} from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { Column } from '../../storage/tabular/table.js';
import { learnLosses } from '../datasets/python/learn-losses.js';
import type { PythonAccess } from '../datasets/python/python-access.js';
import {
  type ColumnValues,
  ESTIMATED_CLASSIFICATION_METRICS,
  ESTIMATED_REGRESSION_METRICS,
  type EstimateReference,
  rowLosses,
} from '../drift/index.js';
import { inputValues, storeEstimateSample } from './estimate-sample.js';
import { type LabelledSample, pickSample } from './labelled-sample.js';
import { evenPlaces, rowsAt, type WindowRows } from './window-rows.js';

/** Rows of the hold-out that an estimate learns from; of more, so many at even steps. */
export const MOST_REFERENCE_ROWS = 20_000;

const SEED = 42;

/**
 * Keeps what estimates of later windows are made from: answered rows of the hold-out, and of a
 * regression a model of its loss.
 *
 * @param labelled - the rows of the hold-out that have a label
 * @param sample - their labels and answers
 * @returns `null` where nothing is estimated, or no row has a label
 * @throws MillraceError `InvalidInput` on a metric that cannot be estimated, `EnvironmentMissing`
 * where a regression's loss is to be learned without Python
 */
export async function buildEstimateReference(
  artifacts: Pick<ArtifactStore, 'putFile' | 'putJson'>,
  { signature }: ModelManifest,
  { estimate }: MonitorSpec,
  labelled: WindowRows,
  sample: LabelledSample,
  python: PythonAccess,
): Promise<EstimateReference | null> {
  if (estimate === undefined || labelled.rows === 0) return null;
  const { metric } = estimate;
  requireEstimable(metric, signature.task);
  const places = evenPlaces(labelled.rows, MOST_REFERENCE_ROWS);
  const table = await rowsAt(labelled, places).read(signature.inputs.map(({ name }) => name));
  const inputs = inputValues(signature, table);
  const kept = pickSample(sample, places);
  const found = { metric, rows: places.length };
  if (kept.task === 'classification') {
    return { ...found, sample: await storeEstimateSample(artifacts, { inputs, sample: kept }) };
  }
  const { labels, predictions } = kept;
  const features = lossFeatures(inputs, predictions).map(asColumn);
  const losses = rowLosses(metric, labels, predictions);
  const { model, expected } = await learnLosses(features, losses, SEED, python);
  const whole = { inputs, sample: kept, expectedLosses: expected };
  return {
    ...found,
    sample: await storeEstimateSample(artifacts, whole),
    lossModel: await artifacts.putJson(model, MEDIA_TYPE.json),
  };
}

/** What the size of an error is learned from: the inputs, and what was said. */
export function lossFeatures(
  inputs: readonly ColumnValues[],
  predictions: Float64Array,
): readonly ColumnValues[] {
  return [...inputs, { kind: 'numeric', values: predictions }];
}

function asColumn(values: ColumnValues, at: number): Column {
  const name = `x${at}`;
  return values.kind === 'numeric'
    ? { name, kind: 'number', values: values.values }
    : { name, kind: 'string', values: values.values };
}

function requireEstimable(metric: string, task: TaskType): void {
  const metrics =
    task === 'regression' ? ESTIMATED_REGRESSION_METRICS : ESTIMATED_CLASSIFICATION_METRICS;
  const names = metrics.map((estimated) => estimated.metric.name);
  if (names.includes(metric)) return;
  throw new MillraceError(
    'InvalidInput',
    `monitor.estimate: ${metric} of a ${task} cannot be estimated without labels`,
    `these can: ${names.join(', ')}`,
  );
}

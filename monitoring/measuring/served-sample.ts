import type { VersionRecord } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { MeasuringDeps } from './deps.js';
import { type LabelledSample, sampleOf, withServed } from './labelled-sample.js';
import { servedProbabilities } from './served-probabilities.js';
import { requireColumn } from './table-columns.js';
import type { LabelledRows } from './window-rows.js';

const LOG = 'the prediction log';

/**
 * What the served version was worth on the labelled rows: its logged answers beside the labels.
 */
export async function servedSample(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  version: VersionRecord,
  labelled: LabelledRows,
  signal?: AbortSignal,
): Promise<LabelledSample> {
  const decisions = servedDecisions(version, labelled);
  if (decisions.task === 'regression') return decisions;
  return {
    ...decisions,
    probabilities: await servedProbabilities(deps, version, labelled, signal),
  };
}

/** The same without probabilities, which only some metrics of a classification look at. */
export function servedDecisions(
  { content }: VersionRecord,
  labelled: LabelledRows,
): LabelledSample {
  const { signature, task } = content;
  const labels = requireColumn(labelled.answers, LOG_COLUMN.label, LOG);
  const served = requireColumn(labelled.answers, LOG_COLUMN.prediction, LOG);
  const nothing: TablePredictions =
    task === 'regression'
      ? { task, values: new Float64Array() }
      : {
          task,
          classes: signature.output.classes ?? [],
          classIndexes: new Int32Array(),
          probabilities: new Float64Array(),
        };
  return withServed(sampleOf(labels, nothing), served, signature);
}

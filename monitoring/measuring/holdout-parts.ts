import type { ModelManifest, MonitorSpec } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import type { PythonAccess } from '../datasets/python/python-access.js';
import type { ReferenceProfile } from '../drift/index.js';
import { buildEstimateReference } from './estimate-reference.js';
import { pickAnswers } from './holdout-performance.js';
import { sampleOf } from './labelled-sample.js';
import { fairnessOf } from './measure-fairness.js';
import { sliceBaselines } from './measure-slices.js';
import {
  findColumn,
  type Pause,
  requireColumn,
  rowsWithValue,
  selectRows,
} from './table-columns.js';
import { rowsAt, rowsOfTable } from './window-rows.js';

/** A hold-out with the model's answers to it. */
export interface AnsweredHoldout {
  readonly table: Table;
  readonly answers: TablePredictions;
}

/** What slices, fairness and estimates of later windows are compared with or made from. */
export async function holdoutParts(
  artifacts: Pick<ArtifactStore, 'putFile' | 'putJson'>,
  manifest: ModelManifest,
  spec: MonitorSpec,
  { table, answers }: AnsweredHoldout,
  { pause, ...python }: PythonAccess & { readonly pause: Pause },
): Promise<Pick<ReferenceProfile, 'slices' | 'fairness' | 'estimate'>> {
  const { signature, target } = manifest;
  const { slices = [], fairness = [], estimate } = spec;
  if (slices.length === 0 && fairness.length === 0 && estimate === undefined) return {};
  const labels = requireColumn(table, target, 'the hold-out');
  const places = rowsWithValue(labels);
  const labelled = rowsAt(rowsOfTable(table), places);
  const sample = sampleOf(pickRows(labels, places), pickAnswers(answers, places));
  const reference = await buildEstimateReference(
    artifacts,
    manifest,
    spec,
    labelled,
    sample,
    python,
  );
  return {
    ...(slices.length > 0 && {
      slices: await sliceBaselines(labelled, sample, spec, signature, pause),
    }),
    ...(fairness.length > 0 &&
      answers.task === 'classification' && {
        fairness: fairness.map((criterion) =>
          fairnessOf(criterion, signature, {
            predictions: saidColumn(answers),
            labels,
            groups: findColumn(table, criterion.column),
          }),
        ),
      }),
    ...(reference !== null && { estimate: reference }),
  };
}

/** Answers as the log has them: in the type of the classes. */
function saidColumn(answers: Extract<TablePredictions, { task: 'classification' }>): Column {
  const { classes, classIndexes } = answers;
  const name = 'said';
  if (classes.some((value) => typeof value === 'string')) {
    const values = Array.from(classIndexes, (index) => String(classes[index] ?? ''));
    return { name, kind: 'string', values };
  }
  const values = Float64Array.from(classIndexes, (index) => Number(classes[index]));
  return { name, kind: 'number', values };
}

function pickRows(column: Column, places: readonly number[]): Column {
  const [picked] = selectRows({ rows: 0, columns: [column], metadata: {} }, places).columns;
  return picked ?? column;
}

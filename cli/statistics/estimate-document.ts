import { MillraceError } from '../../contracts/index.js';
import {
  type ConfidenceBasedEstimate,
  estimateClassification,
  estimateRegression,
  type PerformanceEstimate,
  rowLosses,
  rowsOutside,
} from '../../monitoring/drift/estimation/index.js';
import { classifiedTables } from './estimate-classes.js';
import { expectLosses, type LossModelOptions } from './estimate-losses.js';
import type { EstimateRequest } from './estimate-request.js';
import {
  columnOf,
  type EstimateTables,
  type NamedTable,
  numbersOf,
  valuesOf,
} from './estimate-tables.js';

/** What `estimate` prints with `--json`. Rows of chunks are counted from 0, the end is not in them. */
export interface EstimateDocument extends PerformanceEstimate {
  readonly task: 'classification' | 'regression';
  /** Classes of a classification; of two, the second is the positive one. */
  readonly classes?: readonly string[];
  readonly calibration?: ConfidenceBasedEstimate['calibration'];
  /** Columns by which rows are known to lie outside the reference, and a loss is expected. */
  readonly features: readonly string[];
}

/** What the model of the loss needs; asked for where there is one. */
export type LossModelAccess = () => Pick<LossModelOptions, 'python' | 'signal' | 'onProgress'>;

/**
 * Estimates what the request asks for on tables that were read for it.
 *
 * @throws MillraceError `InvalidInput` on data that does not fit the request
 */
export async function estimateDocument(
  request: EstimateRequest,
  tables: EstimateTables,
  access: LossModelAccess,
): Promise<EstimateDocument> {
  try {
    return request.task === 'classification'
      ? classificationDocument(request, tables)
      : await regressionDocument(request, tables, access);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MillraceError('InvalidInput', error.message, undefined, { cause: error });
  }
}

function classificationDocument(
  request: EstimateRequest,
  tables: EstimateTables,
): EstimateDocument {
  const { classes, reference, analysis } = classifiedTables(request, tables);
  const found = estimateClassification(reference, analysis, {
    metric: request.metric,
    classes,
    seed: request.seed,
    outside: outsideOf(tables),
    ...(request.chunk !== undefined && { chunkRows: request.chunk }),
  });
  return { ...found, task: 'classification', classes, features: tables.features };
}

async function regressionDocument(
  request: EstimateRequest,
  tables: EstimateTables,
  access: LossModelAccess,
): Promise<EstimateDocument> {
  const { prediction = '', label = '' } = request;
  const { reference, analysis, features } = tables;
  const columnsOf = (named: NamedTable) => ({
    predictions: numbersOf(named, prediction, 'predictions'),
    ...(named.table.columns.some(({ name }) => name === label) && {
      labels: numbersOf(named, label, 'labels of a regression'),
    }),
  });
  const [known, asked] = [columnsOf(reference), columnsOf(analysis)];
  const { labels = new Float64Array() } = known;
  const losses = rowLosses(request.metric, labels, known.predictions);
  if (losses.every(Number.isNaN)) {
    throw new MillraceError(
      'InvalidInput',
      `no row of ${reference.name} has a ${request.metric}: ${whyNoLoss(labels, label, prediction)}`,
      'an estimate learns from a labelled reference',
    );
  }
  const expected = await expectLosses(tables, {
    inputs: [...new Set([prediction, ...features])],
    losses,
    seed: request.seed,
    ...access(),
  });
  const found = estimateRegression(
    { ...known, expectedLosses: expected.reference },
    { ...asked, expectedLosses: expected.analysis },
    {
      metric: request.metric,
      outside: outsideOf(tables, prediction),
      ...(request.chunk !== undefined && { chunkRows: request.chunk }),
    },
  );
  return { ...found, task: 'regression', features };
}

function whyNoLoss(labels: Float64Array, label: string, prediction: string): string {
  if (labels.every(Number.isNaN)) return `column ${label} holds no label`;
  return labels.every((value) => !(value !== 0))
    ? `every label in ${label} is 0`
    : `${label} and ${prediction} are never both there`;
}

function outsideOf({ reference, analysis, features }: EstimateTables, prediction?: string) {
  const names = [...features, ...(prediction === undefined ? [] : [prediction])].filter(
    (name) => columnOf(reference, name).kind !== 'timestamp',
  );
  return rowsOutside(
    names.map((name) => valuesOf(reference, name)),
    names.map((name) => valuesOf(analysis, name)),
  );
}

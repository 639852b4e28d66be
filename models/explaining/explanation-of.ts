import {
  type DependenceCurve,
  type ExplainedRow,
  type Explanation,
  isMeasured,
  type VersionRecord,
} from '../../contracts/index.js';
import type { ExplainRequest } from './explain-request.js';
import {
  type ComputedExplanation,
  computeExplanation,
  type ExplainDeps,
} from './explain-version.js';
import type { ProgramResult } from './program-result.js';

/** Below it a surrogate says little of the model around the row. */
const POOR_FIT = 0.5;

/**
 * Explains a version, and says how far the explanation can be relied on.
 *
 * @throws MillraceError as {@link computeExplanation}
 * @example
 * const explanation = await explainVersion(deps, record, { method: 'shap', rows: { of: 'holdout' }, seed: 1 });
 * explanation.importance[0]; // mean |SHAP value| of the first feature
 */
export async function explainVersion(
  deps: ExplainDeps,
  record: VersionRecord,
  request: ExplainRequest,
): Promise<Explanation> {
  const computed = await computeExplanation(deps, record, request);
  const { result, background, data, native } = computed;
  const { signature } = record.content;
  const features = signature.inputs.map(({ name }) => name);
  const { classes } = signature.output;
  const curves = curvesOf(result, features);
  return {
    format: 'millrace-explanation/1',
    model: record.model,
    version: record.version,
    method: request.method,
    algorithm: result.algorithm,
    libraries: result.libraries,
    seed: request.seed,
    at: new Date().toISOString(),
    target: signature.output.name,
    class: result.classIndex === null ? null : (classes?.[result.classIndex] ?? null),
    features,
    importance: result.importance,
    ...(result.spread !== undefined && { spread: result.spread }),
    ...(result.metric !== undefined && { metric: result.metric }),
    ...(result.measured !== undefined && { measured: result.measured }),
    ...(native !== null && { nativeKind: native.kind }),
    baseValue: result.baseValue,
    background: { from: background.from, rows: background.table.rows },
    // Those without a label were left out.
    data: { from: data.from, rows: result.scores.length },
    rows: request.method === 'permutation' ? [] : rowsOf(result, data.prediction?.id),
    curves,
    faithfulness: result.faithfulness,
    consistency: result.consistency,
    notes: notesOf(record, request, computed, { features, curves }),
  };
}

function rowsOf(result: ProgramResult, id: string | undefined): readonly ExplainedRow[] {
  return result.scores.map((score, row) => {
    const conditions = result.conditions?.[row];
    const fit = result.fit?.[row];
    return {
      ...(id !== undefined && { id }),
      values: result.values[row] ?? [],
      score,
      attributions: result.attributions?.[row] ?? null,
      ...(conditions !== undefined && { conditions }),
      ...(fit !== undefined && { fit }),
    };
  });
}

function curvesOf(result: ProgramResult, features: readonly string[]): readonly DependenceCurve[] {
  return (result.curves ?? []).map(({ feature, values, average, individual }) => ({
    feature: features[feature] ?? '',
    values,
    average,
    ...(individual !== undefined && { individual }),
  }));
}

function notesOf(
  { version }: VersionRecord,
  { rows, method }: ExplainRequest,
  { result, data, background }: ComputedExplanation,
  { features, curves }: Pick<Explanation, 'features' | 'curves'>,
): readonly string[] {
  const notes: string[] = [];
  const { prediction } = data;
  if (prediction !== undefined && prediction.version !== version) {
    notes.push(
      `version ${prediction.version} answered this prediction; version ${version} is explained`,
    );
  }
  if (rows.of !== 'row' && data.available > data.table.rows) {
    notes.push(`${data.table.rows} of ${data.available} rows were drawn`);
  }
  const left = features.filter((feature) => !isMeasured({ curves }, feature));
  if (left.length > 0) notes.push(`not measured: ${left.join(', ')}`);
  if (result.fit?.some((fit) => fit < POOR_FIT)) {
    const poor = result.fit.filter((fit) => fit < POOR_FIT).length;
    notes.push(
      `for ${poor} of ${result.fit.length} rows R² of the linear model is below ${POOR_FIT}: it says little there`,
    );
  }
  if (result.faithfulness === null) {
    notes.push('faithfulness is not known: it needs two features at least, and a background');
  }
  if (result.consistency === null) {
    notes.push(
      method === 'native'
        ? 'consistency is not known: the model was trained once'
        : `consistency is not known: ${method === 'permutation' || method === 'partialDependence' ? data.table.rows : background.table.rows} rows are too few to split, or no part attributes anything`,
    );
  }
  return notes;
}

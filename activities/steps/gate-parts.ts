import type { FairnessMeasurement, JsonObject, ModelManifest } from '../../contracts/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { openModel } from '../../models/sources/index.js';
import { holdoutParts } from '../../monitoring/measuring/holdout-parts.js';
import { placesOf, sliceMasks } from '../../monitoring/measuring/slice-rows.js';
import { findColumn, hasValue, selectRows } from '../../monitoring/measuring/table-columns.js';
import { rowsOfTable } from '../../monitoring/measuring/window-rows.js';
import { type GateParts, references } from '../../pipelines/expressions/index.js';
import type { Table } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';

const noPause = async (): Promise<void> => undefined;

/**
 * What a gate reads of `fairness` and `slices`: the best model on the hold-out, by the criteria and
 * the slices of the pipeline's monitor. Nothing is measured that the gate does not read. What cannot
 * be told is left out, with its reason: a gate that reads it says no.
 */
export async function gateParts(
  context: StepWorkContext,
  manifest: ModelManifest,
  holdout: Table,
): Promise<GateParts> {
  const { step } = context;
  const roots = new Set(step.gate === null ? [] : references(step.gate).map(([root]) => root));
  const missing: Record<string, string> = {};
  return {
    ...(roots.has('fairness') && {
      fairness: await fairnessParts(context, manifest, holdout, missing),
    }),
    ...(roots.has('slices') && { slices: await sliceParts(context, manifest, holdout, missing) }),
    missing,
  };
}

async function fairnessParts(
  { deps, plan, signal }: StepWorkContext,
  manifest: ModelManifest,
  table: Table,
  missing: Record<string, string>,
): Promise<JsonObject> {
  const { monitor } = plan;
  if (monitor === null) return {};
  const { slices: _, estimate: __, ...spec } = monitor;
  const model = await openModel(deps, manifest);
  const answers = await model.predictTable(table, signal).finally(() => model.release());
  const options = { pause: noPause, signal };
  const { fairness = [] } = await holdoutParts(
    deps.artifacts,
    manifest,
    spec,
    { table, answers },
    options,
  );
  const parts: Record<string, JsonObject[string]> = {};
  const told = (name: string, value: number | null, why: string) => {
    if (value === null) missing[`fairness.${name}`] = why;
    else parts[name] = value;
  };
  const undecided = fairness.find(({ verdict }) => verdict === 'insufficient');
  const why =
    fairness.length === 0
      ? 'only the answers of a classification are favourable or not'
      : `${undecided?.criterion} over ${undecided?.column} cannot be told: fewer than two groups have 30 rows that count`;
  const decided = fairness.length > 0 && undecided === undefined;
  const worst = (pick: (one: FairnessMeasurement) => number | null, choose: typeof Math.max) => {
    const values = fairness.map(pick);
    const known = values.filter((value) => value !== null);
    return decided && known.length === values.length ? choose(...known) : null;
  };
  told('unfair', decided ? fairness.filter((one) => one.verdict === 'unfair').length : null, why);
  told(
    'worstDifference',
    worst(({ difference }) => difference, Math.max),
    why,
  );
  told(
    'worstRatio',
    worst(({ ratio }) => ratio, Math.min),
    decided ? 'a rate is 0' : why,
  );
  for (const one of fairness) {
    if (Object.hasOwn(parts, one.column) && typeof parts[one.column] === 'number') continue;
    const { difference, ratio, pValue } = one;
    const own: Record<string, number> = {};
    for (const [name, value] of Object.entries({ difference, ratio, pValue })) {
      if (value !== null) own[name] = value;
      else missing[`fairness.${one.column}.${one.criterion}.${name}`] = why;
    }
    parts[one.column] = { ...(parts[one.column] as JsonObject | undefined), [one.criterion]: own };
  }
  return parts;
}

/** Every metric of each slice, and its labelled rows. */
async function sliceParts(
  { deps, plan, signal }: StepWorkContext,
  manifest: ModelManifest,
  table: Table,
  missing: Record<string, string>,
): Promise<JsonObject> {
  const slices = plan.monitor?.slices ?? [];
  const labels = findColumn(table, manifest.target);
  const masks = await sliceMasks(rowsOfTable(table), slices, noPause);
  const model = await openModel(deps, manifest);
  try {
    const parts: Record<string, JsonObject> = {};
    for (const [index, { name }] of slices.entries()) {
      const places = [...placesOf(masks[index] ?? new Uint8Array())].filter(
        (row) => labels !== undefined && hasValue(labels, row),
      );
      if (places.length === 0) {
        parts[name] = { rows: 0 };
        missing[`slices.${name}`] = 'no labelled row of the hold-out is in the slice';
        continue;
      }
      const { rows, metrics } = await measureTable(
        model,
        selectRows(table, places),
        manifest.target,
        signal,
      );
      parts[name] = { ...metrics, rows };
    }
    return parts;
  } finally {
    await model.release();
  }
}

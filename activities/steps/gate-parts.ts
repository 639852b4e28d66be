import type { JsonObject, ModelManifest } from '../../contracts/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { openModel } from '../../models/sources/index.js';
import { holdoutParts } from '../../monitoring/measuring/holdout-parts.js';
import { placesOf, sliceMasks } from '../../monitoring/measuring/slice-rows.js';
import {
  findColumn,
  hasValue,
  pauseWith,
  selectRows,
} from '../../monitoring/measuring/table-columns.js';
import { rowsOfTable } from '../../monitoring/measuring/window-rows.js';
import { type GateParts, references } from '../../pipelines/expressions/index.js';
import type { Table } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';
import { fairnessNumbers, noColumn } from './fairness-numbers.js';

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
  const options = { pause: pauseWith(undefined, signal), signal };
  const { fairness = [] } = await holdoutParts(
    deps.artifacts,
    manifest,
    spec,
    { table, answers },
    options,
  );
  const numbers = fairnessNumbers(fairness, (name) => findColumn(table, name) !== undefined);
  Object.assign(missing, numbers.missing);
  return numbers.parts;
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
  const masks = await sliceMasks(rowsOfTable(table), slices, pauseWith(undefined, signal));
  const model = await openModel(deps, manifest);
  try {
    const parts: Record<string, JsonObject> = {};
    for (const [index, { name, where }] of slices.entries()) {
      const places = [...placesOf(masks[index] ?? new Uint8Array())].filter(
        (row) => labels !== undefined && hasValue(labels, row),
      );
      if (places.length === 0) {
        const absent = where.find(({ column }) => findColumn(table, column) === undefined);
        parts[name] = absent === undefined ? { rows: 0 } : {};
        missing[`slices.${name}`] =
          absent === undefined
            ? 'no labelled row of the hold-out is in the slice'
            : noColumn(absent.column);
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

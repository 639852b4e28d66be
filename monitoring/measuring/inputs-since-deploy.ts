import type {
  ColumnMeasurement,
  FeatureDrift,
  MonitorSpec,
  SignatureInput,
} from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import {
  buildColumnProfile,
  type ColumnDraft,
  decideDrift,
  measureColumn,
  splitWindows,
  windowFrom,
  windowStartMs,
} from '../drift/index.js';
import type { MeasuringDeps } from './deps.js';
import {
  columnValues,
  concatenate,
  eventTimes,
  findColumn,
  type Pause,
  requireColumn,
} from './table-columns.js';
import { deployTimeMs } from './window-context.js';
import type { WindowContext } from './window-part.js';

/** Windows before the deploy that the inputs are compared with. */
const MOST_WINDOWS = 8;
const FEWEST_WINDOWS = 2;
/** How far back to look for them where some have too few rows. */
const LOOK_BACK = 16;

/**
 * Inputs count as moved when more than this share of the columns left its range, or the monitor's
 * own share where that is larger. One column by chance must not acquit a bad deploy.
 */
export const MOVED_SHARE = 0.25;

export interface InputsSinceDeploy {
  readonly drift: FeatureDrift;
  readonly columns: readonly ColumnMeasurement[];
}

/**
 * Inputs of a window against the last windows before the deploy, from the prediction log: whatever
 * version served them. Thresholds are of those windows among themselves, so that "not moved" means
 * something on a stream that has seasons.
 *
 * @returns `null` past the post-deploy windows; `insufficient` with fewer than two windows before
 */
export async function inputsSinceDeploy({
  deps,
  request,
  version,
  previous,
  rows,
  pause,
}: WindowContext): Promise<InputsSinceDeploy | null> {
  if (previous === null) return null;
  const { model, spec, champion } = request;
  const { inputs } = version.content.signature;
  const { everyMs, minRows } = spec.window;
  const deployedAtMs = deployTimeMs(champion.sinceAsOf);
  const before = await windowsBefore(deps, model, inputs, deployedAtMs, spec, pause);
  const rules = {
    minRows,
    shareOfColumns: Math.max(MOVED_SHARE, spec.drift.features?.shareOfColumns ?? 0),
  };
  if (before.length < FEWEST_WINDOWS) return decideDrift([], rows.rows, rules);
  const times = before.map((tables) =>
    tables.map((table) => eventTimes(requireColumn(table, LOG_COLUMN.eventTime, 'the log'))),
  );
  const all = Float64Array.from(times.flat().flatMap((part) => Array.from(part)));
  const split = splitWindows(all, all.length, everyMs, minRows);
  const drafts: ColumnDraft[] = [];
  for (const input of inputs) {
    await pause();
    const kind = input.kind === 'string' || input.kind === 'boolean' ? 'categorical' : 'numeric';
    const earlier = before.flat().map((table) => {
      return columnValues(requireColumn(table, input.name, 'the log'), kind);
    });
    const profile = buildColumnProfile(input.name, concatenate(earlier, kind), split, minRows);
    const column = findColumn(await rows.read([input.name]), input.name);
    const values = column === undefined ? undefined : columnValues(column, kind);
    drafts.push(measureColumn(profile, values, minRows));
  }
  return decideDrift(drafts, rows.rows, rules);
}

/** Newest first; a window's rows come in one table a served version. */
async function windowsBefore(
  deps: Pick<MeasuringDeps, 'predictions'>,
  model: string,
  inputs: readonly SignatureInput[],
  deployedAtMs: number,
  spec: MonitorSpec,
  pause: Pause,
): Promise<readonly (readonly Table[])[]> {
  const { everyMs, minRows } = spec.window;
  const { firstEventTimeMs } = await deps.predictions.summary(model);
  const found: (readonly Table[])[] = [];
  const last = windowStartMs(deployedAtMs, everyMs) - everyMs;
  for (let back = 0; back < LOOK_BACK && found.length < MOST_WINDOWS; back += 1) {
    const start = last - back * everyMs;
    if (firstEventTimeMs === null || start + everyMs <= firstEventTimeMs) break;
    await pause();
    const served = await deps.predictions.window(model, windowFrom(start, everyMs), inputs);
    const tables = served.map(({ table }) => table);
    if (tables.reduce((sum, table) => sum + table.rows, 0) >= minRows) found.push(tables);
  }
  return found;
}

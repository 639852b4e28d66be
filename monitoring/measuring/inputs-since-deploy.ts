import type { ColumnMeasurement, FeatureDrift } from '../../contracts/index.js';
import { LOG_COLUMN, type OpenWindow } from '../../models/predictions/ports.js';
import {
  buildColumnProfile,
  type ColumnDraft,
  decideDrift,
  measureColumn,
  splitWindows,
  windowFrom,
  windowStartMs,
} from '../drift/index.js';
import { ReferenceRows } from './reference/reference-rows.js';
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
export async function inputsSinceDeploy(context: WindowContext): Promise<InputsSinceDeploy | null> {
  const { request, profile, previous, rows, pause } = context;
  if (previous === null) return null;
  const { spec, champion } = request;
  const { everyMs, minRows } = spec.window;
  const rules = {
    minRows,
    shareOfColumns: Math.max(MOVED_SHARE, spec.drift.features?.shareOfColumns ?? 0),
  };
  const opened: OpenWindow[] = [];
  try {
    await openWindowsBefore(context, deployTimeMs(champion.sinceAsOf), opened);
    if (opened.length < FEWEST_WINDOWS) return decideDrift([], rows.rows, rules);
    const parts = opened.flatMap(({ versions }) => versions);
    const before = new ReferenceRows(parts, LOG_COLUMN.eventTime);
    const split = splitWindows(await before.times(), before.rows, everyMs, minRows);
    const drafts: ColumnDraft[] = [];
    for (const { name, kind } of profile.content.features) {
      await pause();
      const earlier = await before.values({ name, kind });
      const now = await new ReferenceRows([rows], LOG_COLUMN.eventTime).values({ name, kind });
      if (earlier === null) continue;
      const known = buildColumnProfile(name, earlier, split, minRows);
      drafts.push(measureColumn(known, now ?? undefined, minRows));
    }
    return decideDrift(drafts, rows.rows, rules);
  } finally {
    for (const window of opened) await window.close();
  }
}

/** Opens them newest first, each with rows enough of all versions together. */
async function openWindowsBefore(
  { deps, request, version, pause }: WindowContext,
  deployedAtMs: number,
  opened: OpenWindow[],
): Promise<void> {
  const { model, spec, signal } = request;
  const { everyMs, minRows } = spec.window;
  const { inputs } = version.content.signature;
  const { firstEventTimeMs } = await deps.predictions.summary(model);
  const last = windowStartMs(deployedAtMs, everyMs) - everyMs;
  for (let back = 0; back < LOOK_BACK && opened.length < MOST_WINDOWS; back += 1) {
    const start = last - back * everyMs;
    if (firstEventTimeMs === null || start + everyMs <= firstEventTimeMs) return;
    await pause();
    const window = windowFrom(start, everyMs);
    const found = await deps.predictions.openWindow(model, window, inputs, signal);
    if (found.versions.reduce((sum, { rows }) => sum + rows, 0) >= minRows) opened.push(found);
    else await found.close();
  }
}

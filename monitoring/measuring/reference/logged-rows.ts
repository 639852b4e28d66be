import {
  MillraceError,
  parseEventTimeMs,
  type ReferenceSpec,
  type TimeWindow,
} from '../../../contracts/index.js';
import { LOG_COLUMN, type LoggedInput } from '../../../models/predictions/ports.js';
import { windowFrom } from '../../drift/index.js';
import type { MeasureDeps, MeasureRequest } from '../measure-request.js';
import { type ProfiledBy, profileRows } from './profile-rows.js';
import { ReferenceRows } from './reference-rows.js';
import type { WindowReference } from './window-reference.js';

type LoggedSpec = Exclude<ReferenceSpec, { readonly kind: 'dataset' }>;

/**
 * Rows of the prediction log as a reference. `trailing`: those that this very version answered before
 * the window. `sameSeason`: those of the window that lies so far back, whoever answered them then;
 * this version is asked for its own answers.
 *
 * @param columns - what of the log may be asked for
 */
export async function loggedReference(
  deps: MeasureDeps,
  { model, window, signal }: Pick<MeasureRequest, 'model' | 'window' | 'signal'>,
  spec: LoggedSpec,
  columns: readonly LoggedInput[],
  by: Omit<ProfiledBy, 'target' | 'answeredThem'>,
): Promise<WindowReference> {
  const past =
    spec.kind === 'trailing' ? windowBefore(window, spec.lengthMs) : shifted(window, spec.lagMs);
  const opened = await deps.predictions.openWindow(model, past, columns, signal);
  try {
    const isTrailing = spec.kind === 'trailing';
    const served = opened.versions.filter(
      ({ version }) => !isTrailing || version === by.version.version,
    );
    const rows = new ReferenceRows(served, LOG_COLUMN.eventTime);
    const profile = await profileRows(rows, {
      ...by,
      target: LOG_COLUMN.label,
      answeredThem: isTrailing,
    });
    return {
      ...profile,
      used: { kind: spec.kind, window: past, rows: rows.rows, sha256: null },
      id: `${spec.kind}/${past.start}/${past.end}/${rows.rows}`,
      targetColumn: LOG_COLUMN.label,
      rows: async () => rows,
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function windowBefore(window: TimeWindow, lengthMs: number): TimeWindow {
  return windowFrom(timeOf(window.start) - lengthMs, lengthMs);
}

function shifted({ start, end }: TimeWindow, lagMs: number): TimeWindow {
  const [startMs, endMs] = [timeOf(start), timeOf(end)];
  return windowFrom(startMs - lagMs, endMs - startMs);
}

function timeOf(bound: string): number {
  const timeMs = parseEventTimeMs(bound);
  if (timeMs !== null) return timeMs;
  throw new MillraceError('InvalidInput', `the window's bound '${bound}' is not a time`);
}

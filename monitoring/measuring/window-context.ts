import {
  MillraceError,
  type MonitorSpec,
  parseEventTimeMs,
  type TimeWindow,
  type VersionRecord,
} from '../../contracts/index.js';
import type { LoggedInput } from '../../models/predictions/ports.js';
import { isReferenceProfile } from '../drift/index.js';
import { labelledRows } from './measure-performance.js';
import type { MeasureDeps, MeasureRequest } from './measure-request.js';
import { referenceOf } from './reference/index.js';
import { pauseWith } from './table-columns.js';
import type { WindowContext } from './window-part.js';
import type { WindowRows } from './window-rows.js';

/** What of an open window a version is measured by. */
export interface OpenedRows {
  readonly rows: WindowRows;
  readonly rowsOfAllVersions: number;
  /** What of the log may be asked for. */
  readonly columns: readonly LoggedInput[];
}

/**
 * To be closed with its `reference`.
 *
 * @throws MillraceError `ArtifactCorrupt` when the version's profile is of a format of another
 * release; `InvalidInput` when the configured reference cannot be read
 */
export async function windowContext(
  deps: MeasureDeps,
  request: MeasureRequest,
  version: VersionRecord,
  { rows, rowsOfAllVersions, columns }: OpenedRows,
): Promise<WindowContext> {
  const { window, spec, champion } = request;
  const pause = pauseWith(request.onProgress, request.signal);
  const profile = await readProfile(deps, version);
  const isChampion = version.version === champion.version;
  const windowsSinceDeploy = countWindowsSince(champion.sinceAsOf, window, spec);
  const isFresh = isChampion && windowsSinceDeploy <= spec.respond.guards.postDeployWindows;
  return {
    deps,
    request,
    version,
    isChampion,
    profile,
    reference: await referenceOf(deps, request, version, profile, columns, pause),
    rows,
    rowsOfAllVersions,
    labelled: await labelledRows(rows, version.content.task),
    windowsSinceDeploy,
    previous: isFresh ? request.previous : null,
    pause,
  };
}

async function readProfile(
  deps: Pick<MeasureDeps, 'artifacts'>,
  version: VersionRecord,
): Promise<WindowContext['profile']> {
  const ref = version.profile;
  const content = ref === null ? null : await deps.artifacts.readJson<unknown>(ref);
  if (ref !== null && isReferenceProfile(content)) return { ref, content };
  throw new MillraceError(
    'ArtifactCorrupt',
    `the profile of ${version.model} version ${version.version} is of a format that this release does not read`,
    'register the model again',
  );
}

/**
 * How many lengths of a window have begun since the deploy, at this one's end. Of windows that touch
 * one another it is their number; sliding ones and those cut by rows count by the time that passed.
 */
function countWindowsSince(sinceAsOf: string, window: TimeWindow, spec: MonitorSpec): number {
  const deployedMs = deployTimeMs(sinceAsOf);
  const endMs = parseEventTimeMs(window.end) ?? deployedMs;
  return Math.max(1, Math.ceil((endMs - deployedMs) / spec.window.everyMs));
}

/** @throws MillraceError `Internal` when the registry holds something that is no time */
export function deployTimeMs(sinceAsOf: string): number {
  const time = parseEventTimeMs(sinceAsOf);
  if (time !== null) return time;
  throw new MillraceError('Internal', `the deploy's event time '${sinceAsOf}' is not a time`);
}

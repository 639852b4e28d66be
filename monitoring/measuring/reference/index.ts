import type { VersionRecord } from '../../../contracts/index.js';
import type { LoggedInput } from '../../../models/predictions/ports.js';
import type { MeasureDeps, MeasureRequest } from '../measure-request.js';
import type { Pause } from '../table-columns.js';
import type { WindowContext } from '../window-part.js';
import { datasetReference } from './dataset.js';
import { loggedReference } from './logged-rows.js';
import { ownProfile } from './own-profile.js';
import type { WindowReference } from './window-reference.js';

export type { WindowReference } from './window-reference.js';

/**
 * What the monitor compares this version's windows with: its own profile unless the configuration
 * says otherwise. One with too few rows is never replaced by another: the window is `insufficient`.
 */
export async function referenceOf(
  deps: MeasureDeps,
  request: MeasureRequest,
  version: VersionRecord,
  profile: WindowContext['profile'],
  columns: readonly LoggedInput[],
  pause: Pause,
): Promise<WindowReference> {
  const { spec, signal } = request;
  const { reference } = spec;
  if (reference === undefined) return ownProfile(deps, version, profile, spec, signal);
  const by = { deps, version, own: profile.content, spec, pause, signal };
  return reference.kind === 'dataset'
    ? datasetReference(deps, request, reference.path, by)
    : loggedReference(deps, request, reference, columns, by);
}

import type { MonitorSpec, VersionRecord } from '../../../contracts/index.js';
import type { MeasuringDeps } from '../deps.js';
import type { WindowContext } from '../window-part.js';
import { fileRows, ReferenceRows } from './reference-rows.js';
import type { WindowReference } from './window-reference.js';

/**
 * The version's own profile, from its registration. It becomes the reference when the version is
 * promoted and the earlier one's does again when it is rolled back, because it is the version's.
 */
export function ownProfile(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  { content: version }: VersionRecord,
  { ref, content }: WindowContext['profile'],
  spec: MonitorSpec,
  signal?: AbortSignal,
): WindowReference {
  const { features, prediction, target, confidence = null } = content;
  return {
    used: null,
    id: ref.sha256,
    features,
    prediction,
    target,
    confidence,
    targetColumn: version.target,
    async rows() {
      const holdout = version.evaluation?.holdout ?? null;
      const files = [version.trainingData, holdout].filter((file) => file !== null);
      const parts = files.map(async (file) =>
        fileRows(await deps.artifacts.localPath(file), signal),
      );
      return new ReferenceRows(await Promise.all(parts), spec.timeColumn);
    },
    close: async () => {},
  };
}

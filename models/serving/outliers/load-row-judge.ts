import type { VersionRecord } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { isReferenceProfile } from '../../../monitoring/drift/index.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import { RowJudge } from './row-judge.js';

/**
 * By what a version's profile says of its data. One that cannot be read is told and looked for no
 * longer: a flag is no reason to answer nobody.
 *
 * @returns `null` without a profile
 */
export async function loadRowJudge(
  artifacts: ArtifactStore,
  { model, version, profile }: VersionRecord,
  logger: Logger,
): Promise<RowJudge | null> {
  try {
    const content = profile === null ? null : await artifacts.readJson<unknown>(profile);
    if (isReferenceProfile(content)) return new RowJudge(content.features);
    logger.error({ model, version }, 'it has no profile: outliers cannot be told');
  } catch (error) {
    logger.error(
      { err: error, model, version },
      'its profile cannot be read: outliers are not told',
    );
  }
  return null;
}

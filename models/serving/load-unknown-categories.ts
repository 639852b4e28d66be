import { MillraceError, type ServeSpec, type VersionRecord } from '../../contracts/index.js';
import { isReferenceProfile } from '../../monitoring/drift/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { UnknownCategories } from '../inference/unknown-categories.js';

/**
 * What looks for categories that a version's profile does not have; `null` where they are passed on.
 *
 * @throws MillraceError where the version asks for it and it cannot be done: rows that it says are
 * refused must not reach the model
 */
export async function loadUnknownCategories(
  artifacts: ArtifactStore,
  { model, version, profile, content }: VersionRecord,
  rule: ServeSpec['unknownCategories'] = 'pass',
): Promise<UnknownCategories | null> {
  if (rule === 'pass') return null;
  const isThere = profile !== null && (await artifacts.has(profile));
  const read = isThere ? await artifacts.readJson<unknown>(profile) : null;
  if (!isReferenceProfile(read)) {
    const message = `version ${version} of ${model} has no readable profile, which says what serve.unknownCategories asks for: its categories`;
    throw new MillraceError('ArtifactCorrupt', message, 'register it again', { told: message });
  }
  return new UnknownCategories(rule, content.signature, read.features);
}

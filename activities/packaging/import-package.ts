import type { ImportedVersion, ImportPackage } from '../../contracts/index.js';
import { importPackage as register } from '../../models/packaging/import-package.js';
import type { ActivityDeps } from '../deps.js';

/** Makes a version of a package that the command line has verified and stored. */
export function importPackage(deps: Pick<ActivityDeps, 'registry' | 'artifacts'>) {
  return async (request: ImportPackage): Promise<ImportedVersion> => {
    const { model, version, createdAt } = await register(deps, request);
    return { model, version, registeredAt: createdAt };
  };
}

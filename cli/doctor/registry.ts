import { isMillraceError } from '../../contracts/index.js';
import { openRegistryReader } from '../../models/registry/index.js';
import { registryPlace, shownPlace } from '../../models/registry/place.js';
import { type Check, ok, problem } from './check.js';

/** Whether the registry can be read: a file, or the database that the environment names. */
export const checkRegistry: Check = async ({ env, home }) => {
  const name = 'Registry';
  try {
    const place = registryPlace(home, env);
    const registry = await openRegistryReader(place);
    try {
      const models = await registry.models();
      return ok(name, `${shownPlace(place)}, ${models.length} models`);
    } finally {
      await registry.close();
    }
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return problem(name, error.message, error.hint ?? 'see its log');
  }
};

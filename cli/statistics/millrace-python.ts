import { join } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';
import { requirePython } from '../stack/installed.js';

/**
 * The Python that statistics run in, and millrace's programs for it.
 *
 * @throws MillraceError `EnvironmentMissing` when set-up has not made it
 */
export function millracePython(env: NodeJS.ProcessEnv): {
  readonly executable: string;
  readonly directory: string;
} {
  return { executable: requirePython(env), directory: join(packageRoot(), 'python') };
}

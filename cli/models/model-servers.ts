import { join } from 'node:path';
import { createLogger } from '../../logging/logger.js';
import { createModelServers, type ModelServers } from '../../models/sources/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { locatePython } from '../../setup/python-environment.mjs';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { setupProblem } from '../stack/installed.js';

/**
 * Gives `use` what starts servers of models that have a command, and ends them after. Nothing is looked
 * for before the first is started: most models have none.
 */
export async function withModelServers<T>(
  cli: Cli,
  home: HomeLayout,
  artifacts: Pick<ArtifactStore, 'localPath'>,
  use: (servers: Pick<ModelServers, 'start'>) => Promise<T>,
): Promise<T> {
  let made: ModelServers | null = null;
  try {
    return await use({
      start: (server) => {
        made ??= createModelServers({
          ...{ home, artifacts, logger: createLogger('cli') },
          ...installedPython(cli.env),
        });
        return made.start(server);
      },
    });
  } finally {
    await (made as ModelServers | null)?.close();
  }
}

/** What `python` in a command is; where set-up made none, the machine's own. */
function installedPython(env: NodeJS.ProcessEnv) {
  try {
    const found = locatePython(packageRoot(), env);
    if (found === null) return {};
    return {
      python: { executable: found.executable, directory: join(packageRoot(), 'python') },
    };
  } catch (error) {
    throw setupProblem(error);
  }
}

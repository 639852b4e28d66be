import type { Client } from '@temporalio/client';
import { isMillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { RegistryWriter } from '../../models/registry/ports.js';
import {
  markingRegistry,
  markWhatIsBehind,
  type TrackingTarget,
  trackingTarget,
} from '../../models/tracking/index.js';
import { createMirrorWaker } from './wake-mirror.js';

/** A registry whose changes are mirrored where the environment names an MLflow server. */
export interface MirroredRegistry {
  readonly registry: RegistryWriter;
  readonly tracking: TrackingTarget | null;
  /** Finds what the server does not have yet and has it told; for a worker that starts. Never throws. */
  catchUp(): Promise<void>;
}

/** @param env - `MLFLOW_TRACKING_URI` and its credentials; without it nothing changes */
export function setUpMirror(
  registry: RegistryWriter,
  { client, logger, env }: { client: Client; logger: Logger; env: NodeJS.ProcessEnv },
): MirroredRegistry {
  const tracking = readTarget(env, logger);
  if (tracking === null) return { registry, tracking, catchUp: async () => {} };
  const { changed } = createMirrorWaker(client, logger);
  return {
    registry: markingRegistry(registry, tracking.name, changed, logger),
    tracking,
    async catchUp() {
      try {
        await markWhatIsBehind({ registry }, tracking.name);
      } catch (error) {
        logger.warn({ err: error }, 'what MLflow does not have yet could not be found');
      }
      changed(true);
    },
  };
}

/** The variable may be there for other programs: what cannot be used stops no worker. */
function readTarget(env: NodeJS.ProcessEnv, logger: Logger): TrackingTarget | null {
  try {
    return trackingTarget(env);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    logger.warn(`nothing is mirrored: ${error.message}`);
    return null;
  }
}

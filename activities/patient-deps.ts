import { Context } from '@temporalio/activity';
import { patientRegistry } from '../models/registry/index.js';
import type { ActivityDeps } from './deps.js';

/**
 * For activities that have few attempts: their calls of the registry wait while it is away, so that a
 * database that is restarted costs no attempt, and no result that took hours. They have to heartbeat.
 */
export function patientDeps<Deps extends ActivityDeps>(deps: Deps): Deps {
  const registry = patientRegistry(deps.registry, {
    signal: () => Context.current().cancellationSignal,
    waits: (error) => deps.logger.warn({ err: error }, 'waiting for the registry'),
  });
  return { ...deps, registry };
}

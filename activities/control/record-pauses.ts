import type { RunPause } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/** Records the pauses of a run as its workflow knows them. */
export function recordPauses({ registry }: Pick<ActivityDeps, 'registry'>) {
  return async ({
    runId,
    pauses,
  }: {
    runId: string;
    pauses: readonly RunPause[];
  }): Promise<void> => {
    await registry.putPauses(runId, pauses);
  };
}

import { Context } from '@temporalio/activity';
import type { Collected, CollectGarbage } from '../../contracts/index.js';
import { collect } from '../../storage/retention/index.js';
import type { ActivityDeps } from '../deps.js';
import { scheduledInputs } from './scheduled-inputs.js';

/** Removes what nothing refers to, or in a dry run says what it would. */
export function collectGarbage(deps: ActivityDeps) {
  return async ({ keepMs, dryRun }: CollectGarbage): Promise<Collected> => {
    const { registry, home, temporal, logger } = deps;
    const nowMs = Date.now();
    const retained = { since: new Date(nowMs - keepMs).toISOString() };
    const { retention } = registry;
    const collected = await collect({
      places: home,
      keepSince: retained.since,
      nowMs,
      dryRun,
      needs: {
        retainedRuns: () => retention.retainedRuns(retained),
        forgetStaleResults: () =>
          dryRun ? retention.countStaleEntries(retained) : retention.forgetStaleEntries(retained),
        async *texts() {
          yield* retention.referringTexts(retained);
          yield* scheduledInputs(temporal);
        },
        oldestRunUnderWay: () => retention.oldestRunUnderWay(),
      },
      onFile: () => Context.current().cancellationSignal.throwIfAborted(),
    });
    logger.info({ ...collected }, 'garbage was collected');
    return collected;
  };
}

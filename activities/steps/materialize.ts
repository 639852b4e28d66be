import { MillraceError, parseEventTimeMs } from '../../contracts/index.js';
import { materializeView, onlineStorePlace, openOnlineStore } from '../../models/features/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { featureUses } from './features.js';
import { optionalText } from './step-inputs.js';

/**
 * Writes the latest values of each entity to the online store: the values `views`, `entities` and
 * `written`. An attempt after a crash does it all again, which changes nothing that is there.
 *
 * @throws MillraceError `InvalidInput` where a view's source does not hold what its definition says,
 * `ServiceUnavailable` where the store does not answer
 */
export const materialize: StepWork = async (context) => {
  const { deps, task, signal, logger, report } = context;
  const uses = featureUses(context);
  const untilMs = readUntil(context) ?? Date.now();
  const store = await openOnlineStore(onlineStorePlace(deps.home));
  let entities = 0;
  let written = 0;
  try {
    for (const [index, { definition }] of uses.entries()) {
      const made = await materializeView(store, {
        definition,
        baseDirectory: task.run.baseDirectory,
        untilMs,
        signal,
        onProgress: (count) =>
          report({ progress: index / uses.length, metrics: { entities: entities + count } }),
      });
      logger.info({ view: definition.name, hash: definition.hash, ...made }, 'materialised');
      entities += made.entities;
      written += made.written;
    }
  } finally {
    await store.close();
  }
  return {
    outputs: { values: { views: uses.length, entities, written }, artifacts: {}, metrics: {} },
  };
};

function readUntil(context: StepWorkContext): number | null {
  const text = optionalText(context, 'until');
  if (text === undefined) return null;
  const ms = parseEventTimeMs(text);
  if (ms !== null) return ms;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.until ${JSON.stringify(text)} is not a time`,
    'write a date such as 2011-07-01 or a time such as 2011-07-01T05:00:00Z',
  );
}

import { MillraceError, parseEventTimeMs } from '../../contracts/index.js';
import {
  type MaterializeRequest,
  materializeView,
  onlineStorePlace,
  openOnlineStore,
  servedDefinitions,
} from '../../models/features/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { featureUses } from './features.js';
import { optionalText } from './step-inputs.js';

/**
 * Writes the latest values of each entity to the online store: the values `views` (definitions), `entities`,
 * `written` and `removed`. An attempt after a crash does it all again, which changes nothing that is there.
 *
 * @throws MillraceError `InvalidInput` where a view's source does not hold what its definition says,
 * `ServiceUnavailable` where the store does not answer
 */
export const materialize: StepWork = async (context) => {
  const { deps, signal, logger, report } = context;
  const jobs = await definitionsOf(context);
  const untilMs = readUntil(context) ?? Date.now();
  const store = await openOnlineStore(onlineStorePlace(deps.home));
  let entities = 0;
  let written = 0;
  let removed = 0;
  try {
    for (const [index, job] of jobs.entries()) {
      const made = await materializeView(store, {
        ...job,
        untilMs,
        signal,
        onProgress: (count) =>
          report({ progress: index / jobs.length, metrics: { entities: entities + count } }),
      });
      const { name: view, hash } = job.definition;
      logger.info({ view, hash, ...made }, 'materialised');
      entities += made.entities;
      written += made.written;
      removed += made.removed;
    }
  } finally {
    await store.close();
  }
  const values = { views: jobs.length, entities, written, removed };
  return { outputs: { values, artifacts: {}, metrics: {} } };
};

/** The plan's own, and those that versions in service were trained with where they are others. */
async function definitionsOf(
  context: StepWorkContext,
): Promise<readonly Pick<MaterializeRequest, 'definition' | 'baseDirectory'>[]> {
  const { deps, task } = context;
  const { baseDirectory } = task.run;
  const definitions = featureUses(context).map(({ definition }) => definition);
  const names = definitions.map(({ name }) => name);
  const known = new Set(definitions.map(({ hash }) => hash));
  const held = await servedDefinitions(deps.registry, names, known);
  return [...definitions.map((definition) => ({ definition, baseDirectory })), ...held];
}

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

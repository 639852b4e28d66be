import type { FairnessMeasurement, MonitorLook, VersionRecord } from '../../contracts/index.js';
import { cardOfVersion } from '../../models/packaging/card/card-of-version.js';
import { requiredOf } from '../../models/packaging/card/model-card.js';
import type { ActivityDeps } from '../deps.js';

/** A monitor that has not looked for so long after it meant to does not watch. */
const LOOK_GRACE_MS = 5 * 60_000;

/**
 * What a version lacks of what an action of high risk needs: a complete model card, a fairness check
 * and an active monitor. Empty: a person may be asked.
 */
export function checkReadiness(deps: ActivityDeps) {
  return async ({
    model,
    version,
  }: {
    readonly model: string;
    readonly version: number | null;
  }): Promise<{ readonly missing: readonly string[] }> => {
    const record = version === null ? null : await deps.registry.version(model, version);
    if (record === null) return { missing: ['a version that is registered'] };
    const champion = await deps.registry.champion(model);
    const look = champion === null ? null : await deps.registry.monitorLook(model);
    const measured = await deps.registry.measurements(model);
    const fairness = measured.findLast((item) => item.version === version)?.fairness;
    return {
      missing: [
        ...requiredOf(await cardOfVersion(deps, record, 'as-registered')),
        ...missingFairness(record, fairness ?? (await holdoutFairness(deps, record))),
        // Of a model that serves nothing yet there is nothing to watch.
        ...(champion === null ? [] : missingMonitor(look, Date.now())),
      ],
    };
  };
}

function missingFairness(
  { monitor }: VersionRecord,
  measured: readonly FairnessMeasurement[],
): readonly string[] {
  const configured = monitor?.fairness ?? [];
  if (configured.length === 0) return ['a fairness check (`monitor.fairness`)'];
  return configured.flatMap(({ column, criterion }) => {
    const found = measured.find((item) => item.column === column && item.criterion === criterion);
    const name = `${criterion} over ${column}`;
    if (found === undefined || found.verdict === 'insufficient') return [`a measured ${name}`];
    return found.verdict === 'unfair' ? [`${name} within its limit (${found.breach})`] : [];
  });
}

/** What registration measured on the hold-out; empty where the profile does not hold it. */
async function holdoutFairness(
  deps: ActivityDeps,
  { profile }: VersionRecord,
): Promise<readonly FairnessMeasurement[]> {
  if (profile === null) return [];
  const content = await deps.artifacts.readJson<{
    readonly fairness?: readonly FairnessMeasurement[];
  }>(profile);
  return content.fairness ?? [];
}

function missingMonitor(look: MonitorLook | null, nowMs: number): readonly string[] {
  if (look === null) return ['a monitor that has looked at it'];
  return Date.parse(look.nextLookAt) + LOOK_GRACE_MS < nowMs
    ? [`an active monitor (it last looked at ${look.lookedAt})`]
    : [];
}

import {
  type ImputeRepair,
  MillraceError,
  type Repair,
  type RepairRequest,
} from '../../contracts/index.js';
import { isReferenceProfile } from '../../monitoring/drift/baseline/index.js';
import type { ActivityDeps } from '../deps.js';
import { imputedValue } from './imputed-value.js';
import { standInVersion } from './stand-in-version.js';

export interface PreparedRepairs {
  readonly repairs: readonly Repair[];
  /** Why some of what was asked for cannot be repaired; `null`: all can. */
  readonly problem: string | null;
}

/**
 * What each repair consists of: the value that fills a column, from the profile of the champion's
 * training data; the version that answers in its place. Changes nothing.
 */
export function prepareRepairs(deps: ActivityDeps) {
  return async ({
    model,
    request,
    keys,
    earlier,
    since,
  }: {
    readonly model: string;
    readonly request: RepairRequest;
    readonly keys: readonly string[];
    readonly earlier: readonly number[];
    readonly since: string;
  }): Promise<PreparedRepairs> => {
    const { reason, window } = request;
    const base = { model, asOf: window.end, since, reason };
    switch (request.repair) {
      case 'quarantine':
        return {
          repairs: keys.map((key) => ({ ...base, kind: 'quarantine', key, window })),
          problem: null,
        };
      case 'fallback': {
        const found = await standInVersion(deps, model, earlier);
        return 'problem' in found
          ? { repairs: [], problem: found.problem }
          : {
              repairs: keys.map((key) => ({
                ...base,
                kind: 'fallback',
                key,
                version: found.version,
              })),
              problem: null,
            };
      }
      case 'impute': {
        const features = request.features.filter((name) => keys.includes(`impute/${name}`));
        return imputations(deps, features, base);
      }
    }
  };
}

async function imputations(
  deps: ActivityDeps,
  features: readonly string[],
  base: Pick<ImputeRepair, 'model' | 'asOf' | 'since' | 'reason'>,
): Promise<PreparedRepairs> {
  const champion = await deps.registry.champion(base.model);
  const version =
    champion === null ? null : await deps.registry.version(base.model, champion.version);
  if (version === null) return { repairs: [], problem: `${base.model} has no champion` };
  const profile =
    version.profile === null ? null : await deps.artifacts.readJson<unknown>(version.profile);
  if (!isReferenceProfile(profile)) {
    throw new MillraceError(
      'ArtifactCorrupt',
      `the profile of ${base.model} version ${version.version} is of a format that this release does not read`,
      'register the model again',
    );
  }
  const repairs: Repair[] = [];
  const problems: string[] = [];
  for (const feature of features) {
    const input = version.content.signature.inputs.find(({ name }) => name === feature);
    const column = profile.features.find(({ name }) => name === feature);
    const value =
      input === undefined || column === undefined ? null : imputedValue(input.kind, column);
    if (value === null) problems.push(`there is nothing to fill ${feature} with`);
    else repairs.push({ ...base, kind: 'impute', key: `impute/${feature}`, feature, value });
  }
  return { repairs, problem: problems.length === 0 ? null : problems.join('; ') };
}

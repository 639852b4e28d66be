import {
  type LifeAct,
  type LifeChange,
  MillraceError,
  type VersionRecord,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { noted, tagged } from './annotate.js';
import { changeStanding } from './change-standing.js';
import { moveNamedAlias } from './move-named-alias.js';

export type LifeDeps = Pick<ActivityDeps, 'registry' | 'artifacts' | 'logger'>;

/**
 * Does what a person asked for with a version, or with a model's own tags and notes. Every act is a
 * line of the ledger under its request's id: one that is delivered twice is done once.
 *
 * @throws MillraceError `NotFound` for a model or version that is not there; `InvalidInput` for what
 * cannot be done, with what stands in its way
 */
export function changeVersion(deps: LifeDeps) {
  return async (act: LifeAct): Promise<LifeChange> => {
    const record = await subject(deps, act);
    switch (act.kind) {
      case 'tag':
        return tagged(deps, act);
      case 'note':
        return noted(deps, act);
      case 'alias':
        return moveNamedAlias(deps, act);
      default:
        if (record === null) throw new MillraceError('Internal', `${act.kind} names no version`);
        return changeStanding(deps, act, record);
    }
  };
}

/** The version that is meant; `null` where the model itself is. */
async function subject({ registry }: LifeDeps, act: LifeAct): Promise<VersionRecord | null> {
  const { model, version } = act;
  if (version === null) {
    if ((await registry.models()).includes(model)) return null;
    throw new MillraceError('NotFound', `there is no model ${model}`, 'millrace models lists them');
  }
  const record = await registry.version(model, version);
  if (record !== null) return record;
  throw new MillraceError(
    'NotFound',
    `model ${model} has no version ${version}`,
    `millrace models show ${model} lists its versions`,
  );
}

import type { Evaluation, ModelManifest } from '../../contracts/index.js';
import { signatureMismatches } from '../../models/inference/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { openModel } from '../../models/sources/index.js';
import type { Table } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';

export interface MeasuredChampion extends NonNullable<Evaluation['champion']> {
  /** `null` where it cannot be compared. */
  readonly manifest: ModelManifest | null;
}

/**
 * Measures the model's current champion on the hold-out.
 *
 * @param candidate - what it is to be compared with
 * @returns `null` where the model has no champion. Without metrics where the champion cannot be
 * compared (it predicts something else, or takes columns that the hold-out lacks): the reason is
 * logged, and a gate finds `has(champion.…)` false
 */
export async function championOnHoldout(
  { deps, plan, signal, logger }: StepWorkContext,
  candidate: ModelManifest,
  holdout: Table,
): Promise<MeasuredChampion | null> {
  const alias = plan.model === null ? null : await deps.registry.champion(plan.model);
  if (alias === null) return null;
  const { version } = alias;
  const record = await deps.registry.version(alias.model, version);
  const champion = record?.content;
  const obstacles =
    champion === undefined
      ? [`version ${version} is not in the registry`]
      : obstaclesBetween(champion, candidate, holdout);
  if (champion === undefined || obstacles.length > 0) {
    logger.warn(
      { model: alias.model, version },
      `the champion cannot be compared on this hold-out: ${obstacles.join('; ')}`,
    );
    return { version, metrics: {}, manifest: null };
  }
  const model = await openModel(deps, champion);
  try {
    return {
      version,
      manifest: champion,
      metrics: (await measureTable(model, holdout, candidate.target, signal)).metrics,
    };
  } finally {
    await model.release();
  }
}

function obstaclesBetween(
  champion: ModelManifest,
  candidate: ModelManifest,
  holdout: Table,
): readonly string[] {
  const obstacles = [...signatureMismatches(champion.signature, holdout.columns)];
  if (champion.target !== candidate.target) {
    obstacles.push(`it predicts ${champion.target}, not ${candidate.target}`);
  }
  if (champion.task !== candidate.task) obstacles.push(`it is a ${champion.task}`);
  return obstacles;
}

import { join } from 'node:path';
import { type FeatureUse, MEDIA_TYPE } from '../../contracts/index.js';
import { joinPointInTime } from '../../models/features/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { withScratchDirectory } from './scratch-directory.js';
import { optionalText, requiredArtifact } from './step-inputs.js';

/**
 * Joins features point-in-time: the artifact `data` is the table with the features beside its
 * columns, `missing` says by view for how many rows there was nothing in time.
 *
 * @throws MillraceError `InvalidInput` where keys, times or a view's source do not fit
 */
export const features: StepWork = async (context) => {
  const { deps, task, signal, logger } = context;
  const source = await deps.artifacts.localPath(requiredArtifact(context, 'data'));
  const time = optionalText(context, 'time');
  return withScratchDirectory(context, async (directory) => {
    const destination = join(directory, 'data.parquet');
    const { rows, missing } = await joinPointInTime({
      source,
      uses: featureUses(context),
      baseDirectory: task.run.baseDirectory,
      destination,
      signal,
      ...(time !== undefined && { time }),
    });
    const data = await deps.artifacts.putFile(destination, MEDIA_TYPE.parquet);
    logger.info({ rows, missing }, 'features joined');
    return { outputs: { values: { rows, missing }, artifacts: { data }, metrics: {} } };
  });
};

/** The definitions that the plan was frozen with: checked when the file was compiled. */
export function featureUses({ inputs }: StepWorkContext): readonly FeatureUse[] {
  return (inputs['features'] ?? []) as unknown as readonly FeatureUse[];
}

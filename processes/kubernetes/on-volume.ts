import { type KubernetesContainer, MillraceError } from '../../contracts/index.js';
import { isBelow } from '../below.js';
import type { ContainedStep } from '../contained/contained-step.js';
import type { Mount } from '../contained/mounts.js';

/**
 * The mounts that a claim's volume can give to a pod: those below its mount path. The directory of
 * the pipeline may be missing there, when nothing of it is named: the code is then the image's.
 *
 * @throws MillraceError `EnvironmentMissing` when the state directory is not on the volume,
 * `InvalidInput` when the command names a file that is not
 */
export function mountsOnVolume(
  { mountPath, volumeClaim }: KubernetesContainer,
  { argv, mounts }: Pick<ContainedStep, 'argv' | 'mounts'>,
  places: { readonly homeDirectory: string; readonly baseDirectory: string },
): readonly Mount[] {
  const { homeDirectory, baseDirectory } = places;
  if (!isBelow(homeDirectory, mountPath)) {
    throw new MillraceError(
      'EnvironmentMissing',
      `the state directory ${homeDirectory} is not on the volume of ${volumeClaim}, which is mounted at ${mountPath}`,
      'mount the volume at mountPath where the worker runs too, and set MILLRACE_HOME to a directory on it',
    );
  }
  const isThere = isBelow(baseDirectory, mountPath);
  const named = argv.find(
    (word) => word.startsWith(`${baseDirectory}/`) && isBelow(word, baseDirectory),
  );
  const isOfHome = named !== undefined && isBelow(named, homeDirectory);
  if (!isThere && named !== undefined && !isOfHome) {
    throw new MillraceError(
      'InvalidInput',
      `${named} is not on the volume that is mounted at ${mountPath}: the pod would not find it`,
      'keep the pipeline on the volume, or its code in the image',
    );
  }
  return mounts.filter(({ path }) => isBelow(path, mountPath));
}

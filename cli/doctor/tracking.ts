import { isMillraceError } from '../../contracts/index.js';
import { openRegistryReader, registryPlace } from '../../models/registry/index.js';
import { trackingTarget } from '../../models/tracking/target.js';
import { type Check, ok, warning } from './check.js';

const NAME = 'MLflow';

/** How far the tracker that is told of everything is behind. */
export const checkTracking: Check = async ({ env, home, homeFound }) => {
  try {
    const target = trackingTarget(env);
    const marks = homeFound ? await readMarks(registryPlace(home, env)) : [];
    const server = target?.name ?? marks[0]?.target;
    if (server === undefined)
      return ok(NAME, 'MLFLOW_TRACKING_URI is not set: nothing is mirrored');
    const behind = marks.filter((mark) => mark.target === server);
    const refused = behind.filter((mark) => mark.refused !== null);
    const waiting = behind.filter((mark) => mark.refused === null);
    const [first] = refused;
    const [oldest] = waiting;
    const others = refused.length === 1 ? '' : ` (and ${refused.length - 1} more)`;
    const notTaken =
      first === undefined ? '' : `did not take ${first.subject}: ${first.refused}${others}`;
    if (oldest !== undefined) {
      const since = `is behind by ${waiting.length}, since ${oldest.markedAt}: ${oldest.subject}`;
      return warning(
        NAME,
        `${server} ${since}${notTaken === '' ? '' : `; it ${notTaken}`}`,
        'it is told once it answers and a worker runs with MLFLOW_TRACKING_URI; the log of the worker says what is wrong',
      );
    }
    if (notTaken === '') return ok(NAME, `${server} has everything`);
    return warning(
      NAME,
      `${server} ${notTaken}`,
      'it is tried again when it changes or a worker starts',
    );
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return warning(NAME, error.message, error.hint ?? 'set it right or unset it');
  }
};

async function readMarks(place: string) {
  const registry = await openRegistryReader(place);
  try {
    return await registry.mirrorMarks();
  } finally {
    await registry.close();
  }
}

import { isMillraceError } from '../../contracts/index.js';
import { findCommandLine } from '../../processes/containers/command-line.js';
import { askEngine } from '../../processes/containers/engine.js';
import { type Check, ok, warning } from './check.js';

const NAME = 'Containers';

/** Whether `runner: {docker: …}` works here. Most pipelines need none. */
export const checkContainers: Check = async ({ env }) => {
  const command = findCommandLine(env);
  const named = env['MILLRACE_DOCKER'];
  if (command === null) {
    if (named === undefined || named === '') {
      return ok(NAME, 'none of docker, podman, nerdctl: steps with a container do not run here');
    }
    return warning(
      NAME,
      `there is no ${named}, which MILLRACE_DOCKER names`,
      'install it, or unset the variable',
    );
  }
  try {
    await askEngine(command);
    return ok(NAME, command.program);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return warning(NAME, error.message, error.hint ?? 'steps with a container do not run here');
  }
};

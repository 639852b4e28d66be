import { isMillraceError } from '../../contracts/index.js';
import { strandedRuns } from '../../temporal/builds/index.js';
import { connectTemporal } from '../../temporal/connection.js';
import { findStack } from '../stack/ensure-stack.js';
import { type Check, ok, warning } from './check.js';

const NAME = 'Builds';
const SHOWN = 3;

/** Runs that keep to a build of which there is no worker: nothing goes on in them. */
export const checkBuilds: Check = async ({ env, home }) => {
  const stack = findStack(home, env);
  if (stack === null) return ok(NAME, 'not up');
  try {
    const { client, connection } = await connectTemporal({ env: stack.env, timeoutMs: 3_000 });
    const stranded = await strandedRuns(client).finally(() => connection.close());
    if (stranded.length === 0) return ok(NAME, 'no run waits for a worker of its build');
    const builds = [...new Set(stranded.map(({ buildId }) => buildId))].join(', ');
    const shown = stranded.slice(0, SHOWN).map(({ workflowId }) => workflowId);
    const more = stranded.length > SHOWN ? `, and ${stranded.length - SHOWN} more` : '';
    return warning(
      NAME,
      `no worker of build ${builds}, for which these wait: ${shown.join(', ')}${more}`,
      'start a worker of that build with --versioned; one of the current build takes over, within a minute, what replays with it',
    );
  } catch (error) {
    // That the server does not answer is another check's to say.
    if (isMillraceError(error)) return ok(NAME, 'not known: the server does not answer');
    throw error;
  }
};

import { isMillraceError, type MillraceError } from '../../contracts/index.js';
import { plainTextWarning, wireOf } from '../../models/access/plain-text.js';
import { isPortFree } from '../../processes/network-ports.js';
import { connectTemporal } from '../../temporal/connection.js';
import { findStack } from '../stack/ensure-stack.js';
import { DEFAULT_GATEWAY_PORT, DEFAULT_TEMPORAL_PORT } from '../stack/ports.js';
import { usesForeignServer } from '../stack/stack.js';
import { readLiveStack, readStack } from '../stack/stack-file.js';
import { type Check, type CheckResult, ok, problem, warning } from './check.js';

const GATEWAY_TIMEOUT_MS = 3_000;

export const checkStack: Check = ({ home }) => {
  const state = readLiveStack(home);
  if (state !== null) {
    const how = state.background ? 'in the background' : 'in the foreground';
    return ok('Stack', `up ${how} as process ${state.supervisor.pid} since ${state.startedAt}`);
  }
  if (readStack(home) === null) return ok('Stack', 'not up; `run` starts it when needed');
  return warning(
    'Stack',
    `${home.runtimeDir} names a stack whose process is gone`,
    'nothing is lost: `millrace down` cleans up, and so does the next start',
  );
};

export const checkTemporalAnswers: Check = async ({ env, home }) => {
  const name = 'Temporal';
  const stack = findStack(home, env);
  if (stack === null) return ok(name, 'not up');
  try {
    const { connection, target } = await connectTemporal({ env: stack.env, timeoutMs: 3_000 });
    await connection.close();
    return ok(name, `answers at ${target.address}, namespace ${target.namespace}`);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return problem(name, error.message, hintOf(error));
  }
};

export const checkGateway: Check = async ({ env, home }) => {
  const name = 'Gateway';
  const address = findStack(home, env)?.gatewayAddress ?? null;
  if (address === null) return ok(name, 'not up');
  try {
    const signal = AbortSignal.timeout(GATEWAY_TIMEOUT_MS);
    const { status } = await fetch(`${address}/v2/health/live`, { signal });
    if (status === 200) return answering(address, env);
    return problem(name, `${address} answers ${status}`, `look into ${home.logsDir}/gateway.log`);
  } catch {
    return problem(name, `${address} does not answer`, `look into ${home.logsDir}/gateway.log`);
  }
};

function answering(address: string, env: NodeJS.ProcessEnv): CheckResult {
  const said = `answers at ${address}`;
  try {
    const warned = plainTextWarning(wireOf(env));
    if (warned === null) return ok('Gateway', said);
    return warning('Gateway', `${said}; ${warned.message}`, warned.hint);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    // The one that runs was started with others.
    return problem('Gateway', `${said}; ${error.message}`, hintOf(error));
  }
}

export const checkPorts: Check = async ({ env, home }) => {
  const name = 'Ports';
  const state = readLiveStack(home);
  const wanted: [number, string][] = [[DEFAULT_GATEWAY_PORT, '--gateway-port']];
  if (!usesForeignServer(env)) wanted.unshift([DEFAULT_TEMPORAL_PORT, '--temporal-port']);
  const ours = [state?.temporalAddress, state?.gatewayAddress].join(' ');
  const taken: string[] = [];
  for (const [port, flag] of wanted) {
    if (ours.includes(`:${port}`) || (await isPortFree(port))) continue;
    taken.push(`${port} (${flag})`);
  }
  if (taken.length === 0) return ok(name, wanted.map(([port]) => port).join(', '));
  return warning(
    name,
    `in use by something else: ${taken.join(', ')}`,
    'give `millrace up` that flag with another port, or 0 for a free one',
  );
};

function hintOf(error: MillraceError): string {
  return error.hint ?? 'run `millrace up`';
}

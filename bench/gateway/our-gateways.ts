import { join } from 'node:path';
import { installedPrograms } from '../../cli/stack/installed.js';
import { freePort } from '../../processes/network-ports.js';
import type { BenchContext } from '../bench.js';
import { CLI, runProgram } from '../spawned.js';
import type { TrainedHome } from '../trained-home.js';
import { type HourRow, inferBody } from './one-row.js';
import type { ServedFiles } from './peers/peer.js';
import { type Server, serverLog, startServer } from './servers.js';
import { unloggedHome } from './unlogged-home.js';

/** Names of the servers that goals are about. */
export const OURS = {
  /** As `millrace up` starts it, by the protocol that people meet first. */
  usual: 'millrace-invocations',
  /** One gateway of two processes. */
  processes: 'millrace-processes',
  /** A second gateway behind the registry of the first. */
  second: 'millrace-second',
  /** Nothing is logged and nobody is asked who they are. */
  least: 'millrace-least',
  /** Predictions logged, an access log, keys. */
  most: 'millrace-most',
} as const;

/** The gateway as it is used, by both of its protocols; with all that it can do besides, and with the least. */
export async function startGateways(
  { env, directory }: BenchContext,
  trained: TrainedHome,
  { model, signature, directory: logs }: ServedFiles,
  row: HourRow,
): Promise<readonly Server[]> {
  const start = async (name: string, title: string, own: NodeJS.ProcessEnv, bearer?: string) => {
    const port = await freePort();
    const what = {
      name,
      title,
      url: `http://127.0.0.1:${port}/models/${model}/invocations`,
      body: JSON.stringify({ dataframe_records: [row] }),
      ...(bearer !== undefined && { bearer }),
    };
    return startServer(what, {
      program: process.execPath,
      args: ['--max-semi-space-size=8', installedPrograms().gateway],
      env: {
        ...env,
        ...trained.env,
        MALLOC_ARENA_MAX: '2',
        MILLRACE_GATEWAY_PORT: String(port),
        ...own,
      },
      logFile: serverLog(logs, name),
    });
  };
  const started: Server[] = [];
  try {
    const usual = await start(OURS.usual, 'millrace /invocations', {});
    const v2 = {
      ...usual,
      name: 'millrace-v2',
      title: 'millrace /v2 infer',
      url: usual.url.replace(/\/models\/.*$/, `/v2/models/${model}/infer`),
      body: JSON.stringify(inferBody(row, signature)),
      stop: async () => {},
    };
    started.push(usual, v2);
    const two = { MILLRACE_GATEWAY_PROCESSES: '2' };
    started.push(await start(OURS.processes, 'millrace, two processes', two));
    started.push(await start(OURS.second, 'millrace, a second gateway', {}));
    const home = await unloggedHome(trained, join(directory, 'unlogged'));
    const least = { MILLRACE_HOME: home.root };
    started.push(await start(OURS.least, 'millrace without a prediction log', least));
    const most = {
      MILLRACE_GATEWAY_AUTH: 'required',
      MILLRACE_ACCESS_LOG: join(logs, 'access.log'),
    };
    const title = 'millrace with access log and keys';
    started.push(await start(OURS.most, title, most, await makeKey(trained)));
    return started;
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
}

async function makeKey({ env }: TrainedHome): Promise<string> {
  const command = [CLI, 'keys', 'create', '--name', 'bench', '--scope', 'predict', '--json'];
  const { stdout } = await runProgram(command, { env });
  return (JSON.parse(stdout) as { readonly key: string }).key;
}

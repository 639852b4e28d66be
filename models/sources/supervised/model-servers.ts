import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MEDIA_TYPE, type ServerCommand } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { createGroupGuard } from '../../../processes/group-guard.js';
import { createGroupRecords } from '../../../processes/group-records.js';
import { freePort } from '../../../processes/network-ports.js';
import { processIdentity } from '../../../processes/process-identity.js';
import { ownEnvironment, type PythonSetup } from '../../../processes/step-environment.js';
import { unpackDirectory } from '../../../storage/artifacts/packed-directory.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import type { HomeLayout } from '../../../storage/home/layout.js';
import type { ModelServers } from '../ports.js';
import { serverArgv } from './server-argv.js';
import { ServerLife } from './server-life.js';
import { openServerLog } from './server-log.js';
import { type BegunLife, SupervisedServer, stoppedFault } from './supervised-server.js';

export interface ModelServersOptions {
  readonly home: Pick<HomeLayout, 'logsDir' | 'runtimeDir'>;
  readonly artifacts: Pick<ArtifactStore, 'localPath'>;
  readonly logger: Logger;
  /** Makes `python` in a command the virtual environment's. */
  readonly python?: PythonSetup;
}

/**
 * Runs the servers of models as processes of this one.
 *
 * Each has a process group of its own, which ends with it: by {@link ModelServers.close}, by the
 * watchdog should this process be killed, by {@link ModelServers.sweep} should both be. What it serves
 * is unpacked for it alone, so that no server changes what another is given. Its log is
 * `<logsDir>/servers/<name>.log`.
 */
export function createModelServers(options: ModelServersOptions): ModelServers {
  const { home, artifacts, logger, python } = options;
  const places = join(home.runtimeDir, 'model-servers');
  const records = createGroupRecords(join(places, 'groups'));
  const guard = createGroupGuard(records);
  const running = new Set<SupervisedServer>();
  let identity: Promise<string | null> | null = null;
  let isClosed = false;

  /** A directory of this process's own: its name says whose it is. */
  async function makePlace(): Promise<string> {
    identity ??= processIdentity(process.pid);
    const owner = Buffer.from((await identity) ?? '').toString('base64url');
    await mkdir(places, { recursive: true, mode: 0o700 });
    return mkdtemp(join(places, `at.${process.pid}.${owner}.`));
  }

  /** The path that stands for `{model}`: a file as it is stored, a directory unpacked. */
  async function bringModel({ model }: ServerCommand, place: string): Promise<string | null> {
    if (model === null) return null;
    const file = await artifacts.localPath(model);
    if (model.mediaType !== MEDIA_TYPE.tar) return file;
    const directory = join(place, 'model');
    await unpackDirectory(file, directory);
    return directory;
  }

  return {
    async start({ name, command, isReady, warmUp }) {
      const place = await makePlace();
      const stopped = () => rm(place, { recursive: true, force: true });
      const logFile = join(home.logsDir, 'servers', `${fileName(name)}.log`);
      let attempt = 0;
      try {
        const model = await bringModel(command, place);
        const begin = async (): Promise<BegunLife> => {
          attempt += 1;
          const port = await freePort();
          const owner = { runId: `server of ${name}`, stepId: 'server', attempt };
          const asked = ownEnvironment(command.env, python);
          const env: { readonly [variable: string]: string } = {
            ...asked,
            MILLRACE_PORT: String(port),
            MILLRACE_RUN_ID: owner.runId,
            MILLRACE_STEP: owner.stepId,
            ...(model !== null && { MILLRACE_MODEL: model }),
          };
          const { directory } = command;
          const path = env['PATH'] ?? '';
          const argv = serverArgv(command.argv, { port, model }, { directory, path });
          const log = await openServerLog(logFile);
          log.note(`started: ${argv.join(' ')}`);
          const cwd = (await isDirectory(directory)) ? directory : place;
          const life = await ServerLife.begin({
            ...{ name, argv, env, cwd, owner, guard, log, logFile },
          }).catch(async (error: unknown) => {
            await log.close();
            throw error;
          });
          void life.ended.then(() => log.close());
          return { life, address: `http://127.0.0.1:${port}` };
        };
        const server = new SupervisedServer({
          ...{ name, isReady, warmUp, begin, logFile, logger },
          startTimeoutMs: command.startTimeoutMs,
          onStopped: async () => {
            running.delete(server);
            await stopped();
          },
        });
        if (isClosed) throw stoppedFault(name, logFile);
        running.add(server);
        await server.start();
        return server;
      } catch (error) {
        await stopped();
        throw error;
      }
    },

    async sweep() {
      const groups = await records.sweep();
      if (groups.length > 0) logger.warn({ groups }, 'ended servers of an earlier process');
      for (const entry of await readdir(places).catch(() => [])) {
        const [kind, pid = '', owner = ''] = entry.split('.');
        if (kind !== 'at') continue;
        const known = Buffer.from(owner, 'base64url').toString();
        if ((await processIdentity(Number(pid))) === known) continue;
        await rm(join(places, entry), { recursive: true, force: true });
      }
    },

    async close() {
      isClosed = true;
      await Promise.all([...running].map((server) => server.stop()));
      await guard.close();
    },
  };
}

/** `version 3 of coffee` as a name in a directory. */
function fileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '');
}

async function isDirectory(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => null)) !== null;
}

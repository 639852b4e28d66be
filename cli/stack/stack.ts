import { once } from 'node:events';
import { appendFileSync, closeSync } from 'node:fs';
import { MillraceError } from '../../contracts/index.js';
import { freePort, isPortFree } from '../../processes/network-ports.js';
import { tryLock } from '../../setup/lock.mjs';
import { processStartTime } from '../../setup/process-identity.mjs';
import type { HomeLayout } from '../../storage/home/layout.js';
import { connectTemporal, localTemporalEnv, temporalTarget } from '../../temporal/connection.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import { requireFreePort, startDevServer } from '../../temporal/server.js';
import { openRunsQuery, untilIdle } from './idle.js';
import { requirePython, requireTemporal, type StackPrograms } from './installed.js';
import { KeptProcess } from './kept-process.js';
import { endLeftovers } from './leftovers.js';
import { NodeChild } from './node-child.js';
import {
  readStack,
  removeStack,
  type StackProcess,
  type StackState,
  stackLock,
  writeStack,
} from './stack-file.js';
import { lastLogLines, openStackLog, stackLogFile } from './stack-log.js';

/** From the gRPC port to that of Temporal's web page, as Temporal's own tools have it. */
const UI_PORT_OFFSET = 1_000;
const GATEWAY_GRACE_MS = 10_000;
/** The worker gives its activities 10 s to end, and 5 s more to be cancelled. */
const WORKER_GRACE_MS = 20_000;

export interface StackOptions {
  readonly home: HomeLayout;
  readonly env: NodeJS.ProcessEnv;
  readonly programs: StackPrograms;
  /** 0 chooses a free one; without meaning where `TEMPORAL_ADDRESS` is set. */
  readonly temporalPort: number;
  readonly gatewayPort: number;
  /** Logs of the processes go to files instead of this process's stderr. */
  readonly background: boolean;
  /** End by itself after this long without use; `null` never. */
  readonly idleMs: number | null;
}

export interface StackEvents {
  readonly onReady: (state: StackState) => void;
  /** Something that a person should know: a process died and is started again. */
  readonly note: (text: string) => void;
}

/**
 * Runs server, worker and gateway until told to stop or idle. They start at the same time and are
 * stopped in order: gateway, worker, server. A process that dies is started again.
 *
 * @param signal - aborted: stop and return
 * @returns why it ended, in words
 * @throws MillraceError `ServiceUnavailable` when a stack runs here already, a port is in use, the
 * server's database cannot be opened, or a process does not start; `EnvironmentMissing` when
 * set-up has not been run
 */
export async function runStack(
  options: StackOptions,
  signal: AbortSignal,
  events: StackEvents,
): Promise<string> {
  const lock = tryLock(stackLock(options.home));
  if ('owner' in lock) throw alreadyUp(options.home, lock.owner?.pid ?? null);
  try {
    await endLeftovers(options.home, events.note);
    const stack = new Stack(options, events, await chooseAddresses(options));
    try {
      return await stack.run(signal);
    } finally {
      await stack.stop();
      removeStack(options.home);
    }
  } finally {
    lock.release();
  }
}

interface Addresses {
  readonly temporalPort: number | null;
  readonly temporalAddress: string;
  readonly uiPort: number | null;
  readonly gatewayPort: number;
}

async function chooseAddresses({
  env,
  temporalPort,
  gatewayPort,
  background,
}: StackOptions): Promise<Addresses> {
  if (gatewayPort !== 0) await requireFreePort(gatewayPort, '--gateway-port');
  const gateway = gatewayPort === 0 ? await freePort() : gatewayPort;
  if (usesForeignServer(env)) {
    const { address } = temporalTarget({ env });
    return { temporalPort: null, temporalAddress: address, uiPort: null, gatewayPort: gateway };
  }
  if (temporalPort !== 0) await requireFreePort(temporalPort, '--temporal-port');
  const port = temporalPort === 0 ? await freePort() : temporalPort;
  const ui = port + UI_PORT_OFFSET;
  const showUi = !background && ui !== gateway && ui < 65_536 && (await isPortFree(ui));
  return {
    temporalPort: port,
    temporalAddress: `127.0.0.1:${port}`,
    uiPort: showUi ? ui : null,
    gatewayPort: gateway,
  };
}

/** Whether the user has named a server: then none is started. */
export function usesForeignServer(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['TEMPORAL_ADDRESS'] || env['TEMPORAL_PROFILE']);
}

class Stack {
  readonly #kept = new Map<StackProcess['name'], KeptProcess>();
  readonly #processes = new Map<StackProcess['name'], StackProcess>();
  readonly #env: NodeJS.ProcessEnv;
  readonly #startedAt = new Date().toISOString();
  #ready = false;

  constructor(
    private readonly options: StackOptions,
    private readonly events: StackEvents,
    private readonly addresses: Addresses,
  ) {
    const { env, home } = options;
    const reach =
      addresses.temporalPort === null ? env : localTemporalEnv(env, addresses.temporalAddress);
    this.#env = {
      ...reach,
      MILLRACE_HOME: home.root,
      MILLRACE_PYTHON: requirePython(env),
      MILLRACE_GATEWAY_PORT: String(addresses.gatewayPort),
    };
  }

  async run(signal: AbortSignal): Promise<string> {
    const stopAsked = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const asked = stopAsked.then(() => 'asked to stop' as const);
    const first = await Promise.race([this.#start(), asked]);
    if (first === 'asked to stop') return first;
    this.#ready = true;
    this.#write();
    this.events.onReady(this.#state());
    const { idleMs } = this.options;
    if (idleMs === null) return await asked;
    const idle = untilIdle(this.options.home, idleMs, () => this.#openRuns(), signal);
    // Aborting ends the wait for idleness with an error that nobody needs.
    return await Promise.race([asked, idle.catch(() => asked)]);
  }

  async stop(): Promise<void> {
    for (const name of ['gateway', 'worker', 'temporal'] as const) {
      await this.#kept.get(name)?.stop();
    }
  }

  async #start(): Promise<void> {
    const server = this.#startServer();
    // While it starts, the others load their modules and try to connect until it answers.
    const others = [
      this.#keepChild('worker', WORKER_GRACE_MS),
      this.#keepChild('gateway', GATEWAY_GRACE_MS),
    ];
    await Promise.all([server, ...others]);
  }

  async #startServer(): Promise<void> {
    const { temporalPort, uiPort } = this.addresses;
    const { home, env } = this.options;
    if (temporalPort === null) {
      const { connection, target } = await connectTemporal({ env });
      await ensureSearchAttributes(connection, target.namespace).finally(() => connection.close());
      return;
    }
    const start = async () => {
      const { path: binary, serverVersion } = await requireTemporal(env);
      const server = await startDevServer({
        binary,
        serverVersion,
        databaseFile: home.temporalFile,
        port: temporalPort,
        uiPort,
        logFile: stackLogFile(home, 'temporal'),
      });
      return { ...server, ready: Promise.resolve() };
    };
    await this.#keep('temporal', start);
  }

  async #keepChild(name: 'worker' | 'gateway', graceMs: number): Promise<void> {
    const { programs, background, home } = this.options;
    const start = async () => {
      const log = background ? openStackLog(home, name) : 'inherit';
      // Nobody reads what a background process prints.
      const onLine = (line: string) => appendFileSync(stackLogFile(home, name), `${line}\n`);
      const child = new NodeChild({
        program: programs[name],
        env: this.#env,
        log,
        ...(background ? { onLine } : {}),
      });
      if (log !== 'inherit') closeSync(log);
      return {
        pid: child.pid,
        ready: child.ready,
        ended: child.ended,
        stop: () => child.stop(graceMs),
      };
    };
    try {
      await this.#keep(name, start);
    } catch (cause) {
      throw didNotStart(name, cause, this.options);
    }
  }

  async #keep(
    name: StackProcess['name'],
    start: ConstructorParameters<typeof KeptProcess>[0]['start'],
  ) {
    const onStarted = (pid: number) => {
      this.#processes.set(name, { name, pid, startTime: processStartTime(pid) ?? '' });
      this.#write();
    };
    const kept = new KeptProcess({ name, start, onStarted, note: this.events.note });
    this.#kept.set(name, kept);
    await kept.start();
  }

  async #openRuns(): Promise<number> {
    const { temporalPort, temporalAddress } = this.addresses;
    const local = temporalPort === null ? {} : { address: temporalAddress };
    const { client, connection } = await connectTemporal({ env: this.#env, ...local });
    try {
      return (await client.workflow.count(openRunsQuery())).count;
    } finally {
      await connection.close();
    }
  }

  #write(): void {
    writeStack(this.options.home, this.#state());
  }

  #gatewayScheme(): 'http' | 'https' {
    return (this.options.env['MILLRACE_GATEWAY_TLS_CERT'] ?? '') === '' ? 'http' : 'https';
  }

  #state(): StackState {
    const { temporalPort, temporalAddress, uiPort, gatewayPort } = this.addresses;
    return {
      format: 1,
      supervisor: { pid: process.pid, startTime: processStartTime(process.pid) ?? '' },
      ready: this.#ready,
      background: this.options.background,
      temporalAddress,
      ownServer: temporalPort !== null,
      temporalUiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
      gatewayAddress: `${this.#gatewayScheme()}://127.0.0.1:${gatewayPort}`,
      processes: [...this.#processes.values()],
      startedAt: this.#startedAt,
    };
  }
}

function alreadyUp(home: HomeLayout, pid: number | null): MillraceError {
  const state = readStack(home);
  const where =
    state === null
      ? ''
      : `: Temporal at ${state.temporalAddress}, gateway at ${state.gatewayAddress}`;
  return new MillraceError(
    'ServiceUnavailable',
    `millrace is already up for ${home.root}, as process ${pid ?? 'unknown'}${where}`,
    '`millrace down` ends it; MILLRACE_HOME names another state directory',
  );
}

function didNotStart(
  name: 'worker' | 'gateway',
  cause: unknown,
  { background, home }: StackOptions,
) {
  const printed = background ? `\n${lastLogLines(home, name, 10)}` : '';
  return new MillraceError(
    'ServiceUnavailable',
    `the ${name} did not start: ${(cause as Error).message}${printed}`,
    background
      ? `what it printed is in ${stackLogFile(home, name)}`
      : 'what it printed is above; `millrace doctor` looks at this machine',
    { cause },
  );
}

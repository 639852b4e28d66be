import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError, SEARCH_ATTRIBUTES } from '../contracts/index.js';
import { freePort, isPortFree } from '../processes/network-ports.js';
import { confirmDatabase, moveAway, prepareDatabase } from './server-database.js';
import { isServerReady } from './server-readiness.js';
import { tieToThisProcess } from './server-watchdog.js';

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * The stock development server polls its one shard's queues 20 times a second, which makes ten
 * sequential steps a second whatever the disk. And when 100 messages have come during a workflow
 * task it takes the task away and gives it anew, with the whole history: under a burst the workflow
 * would not get on. It fires timers up to a second late, for servers whose clocks differ: a retry after
 * 100 ms was one after a second, and so few fitted a short timeout. Here one server has one clock.
 */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=10000',
  'history.timerProcessorMaxPollRPS=10000',
  'history.timerProcessorMaxTimeShift="20ms"',
  'history.maximumBufferedEventsBatch=2000',
];

/** Loses nothing that was acknowledged, even when the machine loses power. */
const SQLITE_PRAGMAS = ['journal_mode=wal', 'synchronous=full'];

export interface DevServerOptions {
  /** Path of `temporal`. */
  readonly binary: string;
  /** Version of the server in it, `1.29.1`. */
  readonly serverVersion: string;
  /** Its directory is created. */
  readonly databaseFile: string;
  /** Port of the gRPC front end; 0 chooses a free one. */
  readonly port: number;
  /** Port of Temporal's own web page; `null` leaves it out. */
  readonly uiPort?: number | null;
  /** Created beside `default`; `default` when absent. */
  readonly namespace?: string;
  /** What the server prints is appended here. */
  readonly logFile: string;
  /** Names of keyword search attributes; millrace's own when absent. */
  readonly searchAttributes?: readonly string[];
  /** Settings of the server beside the tuned ones, `limit.historyCount.suggestContinueAsNew=50`. */
  readonly dynamicConfig?: readonly string[];
}

export interface DevServer {
  /** `127.0.0.1:7233` */
  readonly address: string;
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
  }>;
  /** Ends it and waits; SIGKILL when it does not end within 10 s. */
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server on this machine, tuned for many short steps and for losing
 * nothing, and waits until it answers and knows the search attributes. It ends with this process.
 *
 * @throws MillraceError `EnvironmentMissing` when the binary does not run; `ServiceUnavailable` when
 * the port is in use, or the database is damaged or of another server version
 * @example
 * const server = await startDevServer({ binary, serverVersion, databaseFile, port: 0, logFile });
 * server.address; // '127.0.0.1:41873'
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  if (options.port !== 0) await requireFreePort(options.port, '--temporal-port');
  for (let attempt = 1; ; attempt += 1) {
    prepareDatabase(options.databaseFile, options.serverVersion);
    const port = options.port === 0 ? await freePort(HOST) : options.port;
    try {
      return await startOn(port, options);
    } catch (error) {
      if (attempt === 3 || !(await lostPort(error, port))) throw error;
    }
  }
}

/**
 * A free port may be taken by another process before the server listens on it; so may the ports
 * that the server chooses for itself (HTTP, metrics).
 */
async function lostPort(error: unknown, port: number): Promise<boolean> {
  const said = error instanceof Error ? error.message : '';
  return said.includes('address already in use') || !(await isPortFree(port, HOST));
}

/**
 * @throws MillraceError `ServiceUnavailable` when something listens on the port
 */
export async function requireFreePort(port: number, flag: string): Promise<void> {
  if (await isPortFree(port, HOST)) return;
  throw new MillraceError(
    'ServiceUnavailable',
    `port ${port} is in use`,
    `end what listens there (\`lsof -i :${port}\` names it), or choose another port: \`${flag} 0\` takes a free one`,
  );
}

async function startOn(port: number, options: DevServerOptions): Promise<DevServer> {
  const namespace = options.namespace ?? 'default';
  const searchAttributes = options.searchAttributes ?? Object.values(SEARCH_ATTRIBUTES);
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const logStart = statSync(options.logFile).size;
  const child = spawn(options.binary, serverArguments(port, namespace, searchAttributes, options), {
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C in the terminal must not end the server before its workers.
    detached: true,
  });
  closeSync(log);
  const ended = endOf(child);
  const pid = child.pid;
  if (pid === undefined) {
    throw new MillraceError(
      'EnvironmentMissing',
      `the Temporal server does not start: ${(await ended).reason}`,
      'run `millrace setup`',
    );
  }
  const untie = tieToThisProcess(pid);
  void ended.then(untie);
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  };
  const address = `${HOST}:${port}`;
  try {
    await waitUntilReady(address, namespace, searchAttributes, ended);
  } catch (error) {
    await stop();
    throw startFailure(error, options, logStart);
  }
  confirmDatabase(options.databaseFile, options.serverVersion);
  return { address, pid, ended, stop };
}

function serverArguments(
  port: number,
  namespace: string,
  searchAttributes: readonly string[],
  { databaseFile, uiPort = null, dynamicConfig = [] }: DevServerOptions,
): string[] {
  const repeated = (flag: string, values: readonly string[]) =>
    values.flatMap((value) => [flag, value]);
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port)],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...['--db-filename', databaseFile, '--log-level', 'warn', '--color', 'never'],
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...repeated('--dynamic-config-value', [...DYNAMIC_CONFIG, ...dynamicConfig]),
    ...repeated('--sqlite-pragma', SQLITE_PRAGMAS),
    ...repeated(
      '--search-attribute',
      searchAttributes.map((name) => `${name}=Keyword`),
    ),
  ];
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason: string;
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, reason: error.message }));
    child.once('exit', (code, signal) =>
      resolve({
        code,
        signal,
        reason: signal === null ? `exit code ${code}` : `ended by ${signal}`,
      }),
    );
  });
}

async function waitUntilReady(
  address: string,
  namespace: string,
  searchAttributes: readonly string[],
  ended: Promise<End>,
): Promise<void> {
  let end: End | null = null;
  void ended.then((value) => {
    end = value;
  });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isServerReady(address, namespace, searchAttributes))) {
    if (end !== null) throw new Error(`it ended at once: ${(end as End).reason}`);
    if (performance.now() > deadline) throw new Error(`no answer in ${READY_TIMEOUT_MS / 1_000} s`);
    await sleep(25);
  }
}

function startFailure(cause: unknown, options: DevServerOptions, logStart: number): MillraceError {
  const printed = readFileSync(options.logFile).subarray(logStart).toString('utf8').trim();
  const said = printed.split('\n').find((line) => /error|malformed|not a database/i.test(line));
  const damaged = /malformed|not a database|no such (table|column)|SQL logic error/i.test(printed);
  return new MillraceError(
    'ServiceUnavailable',
    `the Temporal server does not start: ${said ?? (cause as Error).message}`,
    damaged
      ? `its database ${options.databaseFile} is damaged or of another version: ${moveAway(options.databaseFile)}`
      : `what it printed is in ${options.logFile}`,
    { cause },
  );
}

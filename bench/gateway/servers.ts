import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../contracts/index.js';
import { cpuMs, memoryOf, processTree } from '../report/processes.js';

/** A server under load, with one request that it answers. */
export interface Server {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly body: string;
  /** Sent with each request, where callers are asked who they are. */
  readonly bearer?: string;
  /** Taken so far by the process and all below it. */
  cpuMs(): number;
  /** Of the process and all below it, in MiB. */
  memoryMiB(): number;
  stop(): Promise<void>;
}

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where what it prints goes. */
  readonly logFile: string;
}

const READY_MS = 120_000;
const GRACE_MS = 10_000;

/**
 * Starts a server and waits until it answers the request.
 *
 * @throws MillraceError `ServiceUnavailable` when it ends before, or does not answer in two minutes
 */
export async function startServer(
  what: Asked,
  { program, args, env, logFile }: ServerProgram,
): Promise<Server> {
  const log = openSync(logFile, 'a');
  // A group of its own: some start their server by a shell, which a signal to one process would leave.
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', log, log] });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  const kill = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    signalGroup(child, 'SIGTERM');
    const late = setTimeout(kill, GRACE_MS);
    await ended;
    clearTimeout(late);
    process.off('exit', kill);
  };
  try {
    await untilAnswered(what, child, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...what,
    cpuMs: () => treeOf(child).reduce((sum, member) => sum + cpuMs(member), 0),
    memoryMiB: () => treeOf(child).reduce((sum, one) => sum + memoryOf(one).rssBytes, 0) / 2 ** 20,
    stop,
  };
}

type Asked = Pick<Server, 'name' | 'title' | 'url' | 'body' | 'bearer'>;

async function untilAnswered(
  { url, body, title, bearer }: Asked,
  child: ChildProcess,
  logFile: string,
): Promise<void> {
  const giveUpAt = performance.now() + READY_MS;
  for (let said = 'nothing'; ; ) {
    if (child.exitCode !== null || child.pid === undefined) said = 'nothing: it has ended';
    else if (await answers(url, body, bearer).catch(() => false)) return;
    if (child.exitCode !== null || performance.now() > giveUpAt) {
      const log = readFileSync(logFile, 'utf8').trim().slice(-400);
      throw new MillraceError('ServiceUnavailable', `${title} answers ${said}: ${log}`);
    }
    await sleep(100);
  }
}

async function answers(url: string, body: string, bearer?: string): Promise<boolean> {
  const headers = {
    'content-type': 'application/json',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.ok;
}

function treeOf({ pid }: ChildProcess): readonly number[] {
  return pid === undefined ? [] : processTree(pid);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** The file that a server's own words go to. */
export function serverLog(directory: string, name: string): string {
  return join(directory, `${name}.log`);
}

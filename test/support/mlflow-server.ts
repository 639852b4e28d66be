import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../processes/network-ports.js';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';

const REQUIREMENTS = join(import.meta.dirname, 'mlflow', 'requirements.txt');
const START_MS = 180_000;

/** A real MLflow server over a directory of its own. */
export interface MlflowServer {
  readonly url: string;
  /** Calls its REST API as any client does: below `/api/2.0/mlflow/`. */
  get<Answer = Record<string, unknown>>(
    path: string,
    query?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  post<Answer = Record<string, unknown>>(path: string, body: unknown): Promise<Answer>;
  /** Ends the server; its data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param store - `file` appends each point to a file, so that a point that was written twice is there
 * twice; `sqlite` is what servers use
 */
export async function startMlflowServer(store: 'file' | 'sqlite'): Promise<MlflowServer> {
  const python = await pythonEnvironment(REQUIREMENTS, { complete: true });
  const directory = mkdtempSync(join(tmpdir(), 'millrace-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const backend =
    store === 'file'
      ? `file://${join(directory, 'runs')}`
      : `sqlite:///${join(directory, 'runs.db')}`;
  let child: ChildProcess | null = null;

  async function call<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(`${url}/api/2.0/mlflow/${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Answer;
  }

  async function start(): Promise<void> {
    const log: string[] = [];
    const started = spawn(python, serverArguments(directory, port, backend), {
      cwd: directory,
      // Its workers are in its group, so that all of them end with it.
      detached: true,
      env: {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        MLFLOW_ALLOW_FILE_STORE: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk) => log.push(String(chunk)));
    }
    for (const until = Date.now() + START_MS; ; await sleep(200)) {
      if (
        await fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      if (started.exitCode !== null || Date.now() > until) {
        throw new Error(`the MLflow server did not start:\n${log.join('')}`);
      }
    }
  }

  async function stop(): Promise<void> {
    const { pid } = child ?? {};
    if (child === null || pid === undefined || child.exitCode !== null) return;
    const exited = new Promise((done) => child?.once('exit', done));
    process.kill(-pid, 'SIGKILL');
    await exited;
  }

  await start();
  return {
    url,
    get: (path, query = {}) => call(`${path}?${new URLSearchParams(query)}`, {}),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    stop,
    start,
    async close() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function serverArguments(directory: string, port: number, backend: string): string[] {
  return [
    ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)],
    ...['--workers', '1', '--backend-store-uri', backend],
    ...['--artifacts-destination', join(directory, 'artifacts')],
  ];
}

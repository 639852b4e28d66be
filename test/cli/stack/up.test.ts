import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, readStack, type StackState } from '../../../cli/stack/stack-file.js';
import { type HomeLayout, homeLayout } from '../../../storage/home/layout.js';
import { runCli, startCli } from '../../support/cli-process.js';

const ANY_PORTS = ['--temporal-port', '0', '--gateway-port', '0'];

let directory: string;
let home: HomeLayout;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-up-')));
  home = homeLayout(join(directory, '.millrace'));
});
afterEach(async () => {
  await runCli(directory, ['down']);
  rmSync(directory, { recursive: true, force: true });
});

function stack(): StackState {
  const state = readStack(home);
  if (state === null) throw new Error('no stack.json');
  return state;
}

test('up prints the addresses, serves there, and Ctrl-C stops all of it', async () => {
  const up = startCli(directory, ['up', ...ANY_PORTS]);
  await up.stdoutHas('Ctrl-C stops it');
  const { processes, gatewayAddress, temporalAddress } = stack();
  expect(processes.every(isAlive)).toBe(true);
  expect((await fetch(`${gatewayAddress}/v2/health/live`)).status).toBe(200);
  up.child.kill('SIGINT');
  const { code, stdout } = await up.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(temporalAddress);
  expect(stdout).toContain(gatewayAddress);
  expect(processes.map(isAlive)).toEqual([false, false, false]);
});

test('a second up in the same folder is refused with 69 and names the first', async () => {
  const up = startCli(directory, ['up', ...ANY_PORTS]);
  await up.stdoutHas('Ctrl-C stops it');
  mkdirSync(join(directory, 'below'));
  const second = await runCli(join(directory, 'below'), ['up', ...ANY_PORTS]);
  expect(second.code).toBe(69);
  expect(second.stderr).toContain(`already up for ${home.root}, as process ${up.child.pid}`);
  expect(second.stderr).toContain(stack().gatewayAddress);
  up.child.kill('SIGINT');
  await up.ended;
});

test('killed, up takes its processes with it, and the next up starts', async () => {
  const first = startCli(directory, ['up', ...ANY_PORTS]);
  await first.stdoutHas('Ctrl-C stops it');
  const { processes } = stack();
  first.child.kill('SIGKILL');
  await first.ended;
  await expect.poll(() => processes.some(isAlive), { timeout: 30_000 }).toBe(false);
  const again = startCli(directory, ['up', ...ANY_PORTS]);
  await again.stdoutHas('Ctrl-C stops it');
  again.child.kill('SIGTERM');
  expect((await again.ended).code).toBe(0);
}, 120_000);

test('up --background returns when ready, doctor sees it, down ends it at once', async () => {
  const up = await runCli(directory, ['up', '--background', ...ANY_PORTS, '--json']);
  expect(up.code).toBe(0);
  const document = JSON.parse(up.stdout) as { pid: number; gatewayAddress: string };
  const { processes, supervisor } = stack();
  expect(supervisor.pid).toBe(document.pid);
  const doctor = await runCli(directory, ['doctor', '--json']);
  const { checks } = JSON.parse(doctor.stdout) as {
    checks: { name: string; status: string; detail: string }[];
  };
  expect(checks).toContainEqual({
    name: 'Gateway',
    status: 'ok',
    detail: `answers at ${document.gatewayAddress}`,
  });
  const down = await runCli(directory, ['down', '--json']);
  expect(JSON.parse(down.stdout)).toEqual({ stopped: true, pid: document.pid });
  expect([supervisor, ...processes].some(isAlive)).toBe(false);
});

test('down where nothing runs says so and is no error', async () => {
  const { code, stdout } = await runCli(directory, ['down']);
  expect(stdout).toBe('nothing runs here\n');
  expect(code).toBe(0);
});

test('a port that is no port is wrong usage', async () => {
  const { code, stderr } = await runCli(directory, ['up', '--gateway-port', 'seven']);
  expect(code).toBe(2);
  expect(stderr).toContain('a port is a number from 0 to 65535');
});

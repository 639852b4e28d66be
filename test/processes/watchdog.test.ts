import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createWatchdog } from '../../processes/watchdog.js';
import { eventually } from './step-bench.js';

/** Process ids of the watchdogs that this process has started. */
async function watchdogs(): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && Number(parent) === process.pid && command.includes('read -r verb group')) {
      found.push(Number(name));
    }
  }
  return found;
}

function startGroup() {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  return { group: child.pid ?? 0, exited: once(child, 'exit'), child };
}

it('ends the groups it was told of and was not told to forget', async () => {
  const watchdog = createWatchdog();
  const [first, second, third] = [startGroup(), startGroup(), startGroup()];
  for (const { group } of [first, second, third]) await watchdog.add(group);
  watchdog.remove(second.group);
  await watchdog.close();
  expect(await first.exited).toEqual([null, 'SIGKILL']);
  expect(await third.exited).toEqual([null, 'SIGKILL']);
  expect(second.child.exitCode ?? second.child.signalCode).toBeNull();
  second.child.kill('SIGKILL');
  await second.exited;
});

it.runIf(process.platform === 'linux')('comes back with its groups when it is killed', async () => {
  const watchdog = createWatchdog();
  const { group, exited } = startGroup();
  await watchdog.add(group);
  const [before] = await watchdogs();
  process.kill(before ?? 0, 'SIGKILL');
  await eventually(async () => {
    const now = await watchdogs();
    return now.length === 1 && now[0] !== before;
  });
  await watchdog.close();
  expect(await exited).toEqual([null, 'SIGKILL']);
});

it('ends without having been used, and takes nothing more', async () => {
  const watchdog = createWatchdog();
  await watchdog.close();
  await expect(watchdog.add(1)).rejects.toMatchObject({ type: 'Internal' });
});

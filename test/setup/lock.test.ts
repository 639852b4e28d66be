import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockOwner, tryLock, withLock } from '../../setup/lock.mjs';
import { isSameProcess, processStartTime } from '../../setup/process-identity.mjs';

const LOCK_MODULE = pathToFileURL(join(import.meta.dirname, '../../setup/lock.mjs')).href;

let directory: string;
let lock: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
  lock = join(directory, 'locks', 'one');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a piece of code that has `tryLock` in a process of its own, up to its first line. */
async function inProcess(code: string) {
  const source = `import { tryLock } from ${JSON.stringify(LOCK_MODULE)};\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, said: String(line).trim() };
}

test('a lock that a live process holds is refused with its id', async () => {
  const { child, said } = await inProcess(
    `console.log('release' in tryLock(${JSON.stringify(lock)})); process.stdin.resume();`,
  );
  expect(said).toBe('true');
  expect(tryLock(lock)).toMatchObject({ owner: { pid: child.pid } });
  expect(lockOwner(lock)?.pid).toBe(child.pid);
  child.stdin.end();
  await once(child, 'exit');
});

test('a lock is taken over from an owner that was killed', async () => {
  const { child } = await inProcess(
    `console.log('release' in tryLock(${JSON.stringify(lock)})); process.stdin.resume();`,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(lockOwner(lock)).toBeNull();
  const taken = tryLock(lock);
  expect(taken).toHaveProperty('release');
  expect(lockOwner(lock)?.pid).toBe(process.pid);
  if ('release' in taken) taken.release();
  expect(readdirSync(join(directory, 'locks'))).toEqual([]);
});

test('of many at once, one works at a time', async () => {
  let inside = 0;
  let most = 0;
  const waits: number[] = [];
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  const all = Array.from({ length: 5 }, () => withLock(lock, (pid) => waits.push(pid), work));
  await Promise.all(all);
  expect(most).toBe(1);
  expect(new Set(waits)).toEqual(new Set([process.pid]));
  expect(existsSync(lock)).toBe(false);
});

test('a lock is given up when the work fails', async () => {
  const failing = withLock(
    lock,
    () => {},
    () => Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('a process is told from a later one with its id by its start time', async () => {
  const startTime = processStartTime(process.pid);
  expect(startTime).not.toBeNull();
  expect(isSameProcess(process.pid, startTime ?? '')).toBe(true);
  expect(isSameProcess(process.pid, 'another time')).toBe(false);
  const child = spawn('true');
  await once(child, 'exit');
  expect(processStartTime(child.pid ?? 0)).toBeNull();
});

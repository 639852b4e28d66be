import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAIN } from './millrace.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-interrupted-'));
  await writeFile(join(cwd, 'reference.csv'), 'a\n1\n2\n');
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

describe('a comparison whose stdin has not ended', () => {
  it.each([
    ['SIGINT', 130, null],
    ['SIGTERM', null, 'SIGTERM'],
  ] as const)('ends on %s and leaves nothing behind', async (name, code, signal) => {
    const spool = await mkdtemp(join(cwd, 'spool-'));
    const child = spawn(process.execPath, [MAIN, 'drift', 'reference.csv', '-', '--json'], {
      cwd,
      env: { ...process.env, TMPDIR: spool },
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write('a\n3\n');
    await vi.waitFor(async () => expect(await readdir(spool)).not.toEqual([]), 10_000);
    child.kill(name);
    expect(await once(child, 'exit')).toEqual([code, signal]);
    expect(await readdir(spool)).toEqual([]);
  });
});

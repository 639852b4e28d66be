import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT, reportOf } from '../../cli/errors.js';
import { lastLogLines } from '../../cli/stack/stack-log.js';
import { MillraceError } from '../../contracts/index.js';
import { homeLayout } from '../../storage/home/layout.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-errors-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('what a command says of an error', () => {
  test('the machine’s refusal of a path is no defect of millrace', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    let thrown: unknown;
    try {
      mkdirSync(join(file, 'below'));
    } catch (error) {
      thrown = error;
    }
    expect(reportOf(thrown)).toMatchObject({
      exitCode: EXIT.failed,
      message: expect.stringContaining(file),
      hint: expect.stringContaining('check that path'),
    });
  });

  test('a registry that cannot be reached is a server that is away', () => {
    const away = new MillraceError('RegistryUnavailable', 'the registry cannot be reached');
    expect(reportOf(away).exitCode).toBe(EXIT.unavailable);
  });

  test.each([
    ['ENOSPC', 'free space'],
    ['EROFS', 'MILLRACE_HOME'],
    ['EMFILE', 'ulimit'],
  ])('%s has its own advice', (code, words) => {
    const error = Object.assign(new Error(`${code}: refused, open 'x'`), { code });
    expect(reportOf(error).hint).toContain(words);
  });

  test('anything else unknown is a defect', () => {
    expect(reportOf(new TypeError('x is not a function')).hint).toContain('a defect in millrace');
  });
});

test('the end of a log tells what went wrong in words, and no stack', () => {
  const home = homeLayout(directory);
  mkdirSync(home.logsDir, { recursive: true });
  const err = { message: 'the disk is full', stack: 'Error\n    at write (file.js:1:1)' };
  const lines = [
    'plain words',
    JSON.stringify({ level: 'info', msg: 'state changed' }),
    JSON.stringify({ level: 'warn', msg: 'step failed', err }),
  ];
  writeFileSync(join(home.logsDir, 'worker.log'), `${lines.join('\n')}\n`);
  expect(lastLogLines(home, 'worker', 10)).toBe('plain words\nstep failed: the disk is full');
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureChromium, locateChromium } from '../../setup/chromium.mjs';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-chromium-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function program(...path: string[]): string {
  const file = join(directory, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

describe('a Chromium', () => {
  test('is the one that MILLRACE_CHROMIUM names, before those on PATH', () => {
    const named = program('own', 'browser');
    program('bin', 'chromium');
    const env = { MILLRACE_CHROMIUM: named, PATH: join(directory, 'bin') };
    expect(locateChromium(env)).toEqual({ executable: named });
  });

  test('is found on PATH by each of its names, chromium first', () => {
    const chrome = program('a', 'google-chrome');
    const PATH = ['', join(directory, 'a'), join(directory, 'b')].join(delimiter);
    expect(locateChromium({ PATH })).toEqual({ executable: chrome });
    const chromium = program('b', 'chromium');
    expect(locateChromium({ PATH, MILLRACE_CHROMIUM: '' })).toEqual({ executable: chromium });
  });

  test('is no directory and no file that cannot be run', () => {
    mkdirSync(join(directory, 'chromium'));
    writeFileSync(join(directory, 'google-chrome'), '', { mode: 0o644 });
    expect(locateChromium({ PATH: directory })).toEqual({
      reason: 'no Chromium: install one, or name it in MILLRACE_CHROMIUM',
    });
  });

  test('that is named and not there is told, and nothing is installed in its place', async () => {
    const MILLRACE_CHROMIUM = join(directory, 'gone');
    const expected = { reason: expect.stringContaining(MILLRACE_CHROMIUM) };
    expect(locateChromium({ MILLRACE_CHROMIUM })).toEqual(expected);
    const reporter = { working: () => expect.unreachable('nothing is installed') };
    expect(await ensureChromium({ MILLRACE_CHROMIUM }, reporter)).toEqual(expected);
  });
});

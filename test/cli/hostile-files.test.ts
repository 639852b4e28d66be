import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';
import { HOSTILE_FILES } from './hostile-files.js';

const MOST_BYTES = 256 * 2 ** 20;
/** Bounds one that never ends; what is asserted is that it was refused, not how soon. */
const KILL_AFTER_MS = 30_000;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-hostile-'));
  // Written by the process itself when it ends: its own peak, in KiB.
  writeFileSync(
    join(directory, 'peak.cjs'),
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));`,
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.each(Object.entries(HOSTILE_FILES))(
  '%s: refused with its line, in little memory',
  async (name, content) => {
    const id = Object.keys(HOSTILE_FILES).indexOf(name);
    const file = join(directory, `${id}.yaml`);
    const peakFile = join(directory, `${id}.peak`);
    writeFileSync(file, content);
    const { child, ended } = startCli(directory, ['validate', file, '--json'], {
      NODE_OPTIONS: `--require ${join(directory, 'peak.cjs')}`,
      PEAK_FILE: peakFile,
    });
    const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    const { code, signal, stdout } = await ended.finally(() => clearTimeout(killer));
    expect([code, signal]).toEqual([65, null]);
    const [error] = JSON.parse(stdout).errors;
    expect(error).toMatchObject({ line: expect.any(Number), message: expect.any(String) });
    expect(error.line).toBeGreaterThanOrEqual(1);
    expect(Number(readFileSync(peakFile, 'utf8')) * 1_024).toBeLessThan(MOST_BYTES);
  },
);

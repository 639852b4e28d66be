import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';
import { HOSTILE_FILES } from './hostile-files.js';

const MOST_BYTES = 256 * 2 ** 20;
/** Characters of one error, whatever it quotes. */
const MOST_TOLD = 8_000;
/** For each file. Bounds one that never ends; what is asserted is that it was refused, not how soon. */
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

/** Files that the command is given by themselves, as a person would. */
const ALONE = [
  'an alias bomb',
  'templates in a long chain',
  'nesting that never ends',
  'a wide template in every step',
  'a chain of 3,000 conditions',
  'thousands of outputs that are not there, all in one line',
];

async function validate(names: readonly string[]) {
  const files = names.map((name) => {
    const file = join(directory, `${Object.keys(HOSTILE_FILES).indexOf(name)}.yaml`);
    writeFileSync(file, HOSTILE_FILES[name] ?? '');
    return file;
  });
  const peakFile = `${files[0]}.${files.length}.peak`;
  const { child, ended } = startCli(directory, ['validate', ...files, '--json'], {
    NODE_OPTIONS: `--require ${join(directory, 'peak.cjs')}`,
    PEAK_FILE: peakFile,
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS * files.length);
  const { code, signal, stdout } = await ended.finally(() => clearTimeout(killer));
  const errors: readonly { file: string; line: number; message: string }[] =
    JSON.parse(stdout).errors;
  const firsts = files.map((file) => errors.find((error) => error.file === file));
  const longest = Math.max(...errors.map((error) => JSON.stringify(error).length));
  return {
    code,
    signal,
    firsts,
    longest,
    peakBytes: Number(readFileSync(peakFile, 'utf8')) * 1_024,
  };
}

/** What a process reads one after the other: its peak is at least that of each by itself. */
const AT_ONCE = 12;
const names = Object.keys(HOSTILE_FILES);
const GROUPS = Array.from({ length: Math.ceil(names.length / AT_ONCE) }, (_, index) =>
  names.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
);

it.each(GROUPS)(
  'each is refused with its line, in the memory that one may take: %s …',
  async (...group) => {
    const { code, signal, firsts, longest, peakBytes } = await validate(group);
    expect([code, signal]).toEqual([65, null]);
    for (const [index, first] of firsts.entries()) {
      expect(first, group[index]).toMatchObject({ message: expect.any(String) });
      expect(first?.line, group[index]).toBeGreaterThanOrEqual(1);
    }
    expect(longest).toBeLessThan(MOST_TOLD);
    expect(peakBytes).toBeLessThan(MOST_BYTES);
    // Its own process is killed before: here it is only not to be hurried on a busy machine.
  },
  300_000,
);

it.each(ALONE)('%s, given by itself: refused with its line, in little memory', async (name) => {
  const { code, signal, firsts, peakBytes } = await validate([name]);
  expect([code, signal]).toEqual([65, null]);
  expect(firsts[0]?.line).toBeGreaterThanOrEqual(1);
  expect(peakBytes).toBeLessThan(MOST_BYTES);
});

import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineFollower, type LogFile, listLogFiles } from '../../cli/runs/log-files.js';
import { textOf } from '../../cli/runs/log-text.js';
import { openStepLog } from '../../processes/step-log.js';

const BOUNDS = { headBytes: 2_000, partBytes: 1_000 };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rotated-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function onDisk(): Promise<number> {
  const names = await readdir(directory);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Lines of ten bytes, as a step prints them: `line 00042`. */
async function print(count: number, onChunk: () => Promise<void> = async () => undefined) {
  const log = await openStepLog(join(directory, 'train%5B3%5D.1.log'), BOUNDS);
  const stdout = new PassThrough();
  log.follow(stdout, 'stdout');
  for (let at = 0; at < count; at += 1) {
    stdout.write(`line ${String(at).padStart(4, '0')}\n`);
    if (at % 100 === 99) {
      // Lets what was written reach the disk.
      await new Promise((done) => setImmediate(done));
      await onChunk();
    }
  }
  stdout.end();
  await new Promise((done) => stdout.once('close', done));
  await log.close();
}

async function theLog() {
  const [log, ...others] = await listLogFiles(directory);
  expect(others).toEqual([]);
  if (log === undefined) throw new Error('there is no log');
  return log;
}

async function allOf(log: LogFile): Promise<string> {
  let text = '';
  for await (const piece of textOf(log)) text += piece;
  return text;
}

it('keeps the beginning and the end of what is printed without end, and says what is cut', async () => {
  let most = 0;
  await print(20_000, async () => {
    most = Math.max(most, await onDisk());
  });
  // One part is written while those before it are still there.
  expect(most).toBeLessThanOrEqual(BOUNDS.headBytes + 3 * BOUNDS.partBytes);
  const log = await theLog();
  expect(log.step).toBe('train[3]');
  const text = await allOf(log);
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toBe('line 0000');
  expect(lines.at(-1)).toBe('line 19999');
  const gap = /^\[millrace\] (\d+) bytes of the log are cut here$/;
  const cut = lines.flatMap((line) => gap.exec(line)?.[1] ?? []);
  expect(cut).toHaveLength(1);
  const whole = Array.from({ length: 20_000 }, (_, at) => `line ${String(at).padStart(4, '0')}\n`);
  const kept =
    Buffer.byteLength(text) -
    Buffer.byteLength(`[millrace] ${cut[0]} bytes of the log are cut here\n`);
  expect(kept + Number(cut[0])).toBe(Buffer.byteLength(whole.join('')));
});

it('says how much is cut where what was printed is no text', async () => {
  // Not UTF-8: each byte is read as a character that takes three.
  await writeFile(join(directory, 'raw.1.log'), Buffer.alloc(1_000, 0xe9));
  await writeFile(join(directory, 'raw.1.log.1500'), 'end\n');
  expect(await allOf(await theLog())).toMatch(
    /\[millrace\] 500 bytes of the log are cut here\nend\n$/,
  );
});

it('is whole while it is short', async () => {
  await print(150);
  expect((await allOf(await theLog())).split('\n')).toHaveLength(151);
  expect(await readdir(directory)).toHaveLength(1);
});

it('is followed over its parts, each line once and in order', async () => {
  const follower = new LineFollower();
  const seen: string[] = [];
  const look = async () => {
    for (const log of await listLogFiles(directory)) {
      for await (const lines of follower.next(log)) seen.push(...lines);
    }
  };
  await print(2_000, look);
  await look();
  seen.push(...follower.rest());
  const numbers = seen.flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.at(-1)).toBe(1_999);
  // What was not seen is told of, never passed over in silence.
  const isWhole = numbers.length === 2_000;
  expect(seen.some((line) => line.includes('are cut here'))).toBe(!isWhole);
});

it('goes on where a part ends while its file is full', async () => {
  // A chunk of a pipe fills the file, and its end goes to the next one.
  const line = Buffer.from(`${'x'.repeat(109)}\n`);
  const chunk = Buffer.concat(Array<Buffer>(600).fill(line));
  const bounds = { headBytes: 400_000, partBytes: 300_000 };
  const log = await openStepLog(join(directory, 'loud.1.log'), bounds);
  const stdout = Readable.from(Array<Buffer>(100).fill(chunk), { objectMode: false });
  const ended = new Promise((done) => stdout.once('close', done));
  log.follow(stdout, 'stdout');
  await ended;
  await log.close();
  expect((await theLog()).parts.length).toBeGreaterThan(1);
});

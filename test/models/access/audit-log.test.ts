import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { AuditLog, type AuditRecord } from '../../../models/access/audit-log.js';
import { Denials } from '../../../models/access/denials.js';

const RECORD: AuditRecord = {
  at: '2026-01-01T00:00:00.000Z',
  by: 'gateway-1',
  who: null,
  from: '127.0.0.1',
  what: 'POST /labels',
  access: 'feedback',
  model: null,
  outcome: 'denied',
  status: 401,
};

let directory: string;
const said: string[] = [];
const logger = pino({}, { write: (line) => said.push(line) });

beforeEach(async () => {
  said.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'millrace-audit-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

const open = (more: object = {}) =>
  new AuditLog({ directory, writer: 'gateway-1', logger, ...more });

async function written(): Promise<readonly AuditRecord[]> {
  const names = (await readdir(directory)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  const lines = texts.join('').split('\n');
  return lines
    .filter((line) => line.startsWith('{"at"') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

describe('the audit log', () => {
  test('has a line once append returns, and appends over restarts', async () => {
    const first = open();
    await first.append(RECORD);
    expect(await written()).toEqual([RECORD]);
    await first.close();
    const second = open();
    await second.append({ ...RECORD, status: 403 });
    await second.close();
    expect((await written()).map(({ status }) => status)).toEqual([401, 403]);
  });

  test('has a line that comes in the moment in which the one before is done', async () => {
    const appended: Promise<void>[] = [];
    const log = new AuditLog({
      directory,
      writer: 'gateway-1',
      logger,
      // Asked for once the first line is written: nothing is left to be written then.
      get fsyncIntervalMs() {
        queueMicrotask(() => appended.push(log.append({ ...RECORD, status: 403 })));
        return 200;
      },
    });
    await log.append(RECORD);
    await Promise.all(appended);
    expect((await written()).map(({ status }) => status)).toEqual([401, 403]);
    await log.close();
  });

  test('begins on a line of its own after one that a kill tore', async () => {
    await writeFile(join(directory, 'gateway-1.ndjson'), '{"at":"2026-01-01T0');
    const log = open();
    await log.append(RECORD);
    await log.close();
    expect(await written()).toEqual([RECORD]);
  });

  test('is rotated by size, and nothing of it is lost', async () => {
    const log = open({ rotateBytes: 1_000 });
    for (let status = 400; status < 450; status += 1) await log.append({ ...RECORD, status });
    await log.close();
    expect((await readdir(directory)).length).toBeGreaterThan(5);
    const statuses = (await written()).map(({ status }) => status).sort();
    expect(statuses).toEqual(Array.from({ length: 50 }, (_, index) => 400 + index));
  });

  test('masks secrets in what callers choose, and cuts what is long', async () => {
    const log = open();
    const key = `mlr_0123456789ab_${'A'.repeat(43)}`;
    await log.append({ ...RECORD, what: `GET /${key}/${'x'.repeat(5_000)}` });
    await log.close();
    const [line] = await written();
    expect(line?.what).toContain('mlr_0123456789ab_[masked]');
    expect(line?.what.length).toBeLessThan(300);
  });

  test('that cannot be written is said in the log, lines and all, and goes on once it can', async () => {
    // A file in the directory's place: nobody, not even root, writes into one.
    const log = open({ directory: join(directory, 'file') });
    await writeFile(join(directory, 'file'), '');
    await log.append(RECORD);
    expect(said.join()).toContain('the audit log cannot be written');
    expect(said.join()).toContain('POST /labels');
    await rm(join(directory, 'file'));
    await log.append({ ...RECORD, status: 403 });
    await log.close();
    const text = await readFile(join(directory, 'file', 'gateway-1.ndjson'), 'utf8');
    expect(text).toContain('"status":403');
  });

  test('cannot be read by others', async () => {
    const log = open();
    await log.append(RECORD);
    await log.close();
    const { mode } = await stat(join(directory, 'gateway-1.ndjson'));
    expect(mode & 0o077).toBe(0);
  });
});

describe('denials alike', () => {
  test('are one line at once and one with their number', async () => {
    const log = open();
    const denials = new Denials(log);
    for (let call = 0; call < 1_000; call += 1) denials.add(RECORD);
    denials.add({ ...RECORD, from: '10.0.0.1' });
    denials.flush();
    await log.close();
    expect((await written()).map(({ from, count }) => [from, count])).toEqual([
      ['127.0.0.1', undefined],
      ['10.0.0.1', undefined],
      ['127.0.0.1', 999],
    ]);
  });

  test('of ever new kinds are bounded, and none goes uncounted', async () => {
    const log = open();
    const denials = new Denials(log);
    for (let call = 0; call < 5_000; call += 1) denials.add({ ...RECORD, what: `GET /${call}` });
    denials.flush();
    await log.close();
    const records = await written();
    expect(records.length).toBeLessThan(600);
    expect(records.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(5_000);
  });
});

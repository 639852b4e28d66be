import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type AccessLine, AccessLog } from '../../../../models/serving/observing/access-log.js';

const asked: AccessLine = {
  at: '2011-07-01T05:00:00.000Z',
  protocol: 'http',
  method: 'POST',
  path: '/models/coffee/invocations',
  status: 200,
  ms: 0.52,
  from: '127.0.0.1',
  who: 'shop',
  bytesIn: 250,
  bytesOut: 143,
  model: 'coffee',
  version: 3,
  rows: 1,
};

/** What the log holds after these lines, and the text of it. */
async function logged(...lines: readonly AccessLine[]) {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-access-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'access.log');
  const log = new AccessLog(file, pino({ level: 'silent' }));
  for (const line of lines) log.write(line);
  await log.close();
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ({ line, fields: JSON.parse(line) as unknown }));
}

test('a line is the request as JSON, its fields in their order', async () => {
  const [only, ...others] = await logged(asked);
  expect(others).toEqual([]);
  expect(only?.line).toBe(JSON.stringify(asked));
});

test('what is not known of a request is left out', async () => {
  const { bytesIn: _in, bytesOut: _out, model: _m, version: _v, rows: _r, ...stranger } = asked;
  const [only] = await logged({ ...stranger, who: null, status: 'UNAVAILABLE' });
  expect(only?.fields).toEqual({ ...stranger, who: null, status: 'UNAVAILABLE' });
});

test('what a client chose cannot break out of its field, nor out of its line', async () => {
  const hostile = { ...asked, path: '/a"b\n', model: '"}\n{"', who: 'sh"op' };
  const [only, ...others] = await logged(hostile);
  expect(others).toEqual([]);
  expect(only?.fields).toEqual(hostile);
});

test('secrets in a path are masked each time, and long paths are cut', async () => {
  const secret = { ...asked, path: '/models/a/invocations/token=hunter2hunter2' };
  const long = { ...asked, path: `/${'x'.repeat(1_000)}` };
  const lines = await logged(secret, secret, long);
  expect(lines.map(({ line }) => line).join()).not.toContain('hunter2');
  expect(lines[1]?.fields).toEqual(lines[0]?.fields);
  expect(lines[2]?.fields).toMatchObject({ path: long.path.slice(0, 256) });
});

test('the lines of one turn come in their order', async () => {
  const lines = await logged(...[1, 2, 3].map((rows) => ({ ...asked, rows })));
  expect(lines.map(({ fields }) => fields)).toEqual([1, 2, 3].map((rows) => ({ ...asked, rows })));
});

test.skipIf(process.platform !== 'linux')(
  'after an error it goes on, and counts what was lost',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-access-log-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const file = join(directory, 'access.log');
    const said: { readonly level: number; readonly msg: string }[] = [];
    const logger = pino({}, { write: (line) => said.push(JSON.parse(line)) });
    // A device that is always full.
    await symlink('/dev/full', file);
    const log = new AccessLog(file, logger, 20);
    let written = 0;
    const write = () => {
      written += 1;
      log.write(asked);
    };
    write();
    write();
    await expect.poll(() => said).toHaveLength(1);
    write();
    // As an error in the middle of a line leaves it.
    await writeFile(`${file}.torn`, '{"at":"2011-07-01T05');
    await rename(`${file}.torn`, file);
    await expect
      .poll(async () => {
        write();
        return (await readFile(file, 'utf8')).split('\n').length;
      })
      .toBeGreaterThan(2);
    await log.close();
    const [torn, ...whole] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(torn).toBe('{"at":"2011-07-01T05');
    const lines = whole.map((line) => JSON.parse(line) as AccessLine & { leftOut?: number });
    const lost = lines.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0);
    expect(lost).toBeGreaterThanOrEqual(2);
    expect(lost + lines.length).toBe(written);
    expect(said.map(({ msg }) => msg)).toEqual([
      'the access log cannot be written',
      `the access log ${file} is written again`,
    ]);
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BatchResult } from '../../../models/batch/batch-job.js';
import { readTable } from '../../../storage/tabular/read-table.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { createWorld, sharedWorld, type World } from '../../models/serving/serving-fixture.js';
import {
  commandOf,
  manifestOf,
  packedModel,
  registerServed,
} from '../../models/sources/external-world.js';
import { eventually } from '../../support/eventually.js';
import { firstWrongRow, numberedRows } from '../../support/numbered-rows.js';
import { document, MAIN, millrace } from '../millrace.js';

/** More than two parts. */
const ROWS = 700_000;

let world: World;
let cwd: string;

sharedWorld(async (cleanUp) => {
  world = await createWorld(cleanUp);
  await world.promote('rentals', await world.register('rentals', 'linear'));
  await world.register('rentals', 'linear-plus-1000');
  cwd = dirname(world.home.root);
});

const at = (name: string) => join(cwd, name);
const predict = (...args: readonly string[]) => millrace(['predict', ...args], { cwd });

/** Starts the command and kills it once the moment has come. */
async function killed(args: readonly string[], hasCome: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [MAIN, 'predict', ...args], { cwd, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await eventually(async () => expect(hasCome() || child.exitCode !== null).toBe(true));
  child.kill('SIGKILL');
  expect((await ended)[1], 'it had ended before it could be killed').toBe('SIGKILL');
}

describe('a file', () => {
  test('is predicted for with the champion, or with the version that is named', async () => {
    writeFileSync(at('in.csv'), 'k,a,b\nx,1,2\ny,3,4\n');
    const files = ['--input', 'in.csv', '--output', 'out.csv', '--id', 'k'];
    const first = await predict('rentals', ...files, '--json');
    expect([first.code, document<BatchResult>(first)]).toEqual([
      0,
      expect.objectContaining({ model: 'rentals', version: 1, rows: 2, written: 2, bad: 0 }),
    ]);
    expect(readFileSync(at('out.csv'), 'utf8')).toMatch(
      /^k,prediction,prediction_id,model_version\nx,4\.0,[0-9a-f-]{36}\/0,1\ny,10\.0,/,
    );
    const second = await predict('rentals@2', ...files);
    expect([second.code, second.stdout]).toEqual([
      0,
      expect.stringMatching(/^out\.csv: 2 rows with predictions of rentals@2 \(/),
    ]);
    expect(readFileSync(at('out.csv'), 'utf8')).toMatch(/^x,1004\.0,/m);
  });

  test('bad rows end it with 65, or are counted and shown', async () => {
    writeFileSync(at('in.csv'), 'k,a,b\nx,1,2\ny,much,4\n');
    const files = ['--input', 'in.csv', '--output', 'bad.csv'];
    const failed = await predict('rentals', ...files);
    expect([failed.code, failed.stderr]).toEqual([
      65,
      expect.stringMatching(/row 1: a: much is not a number/),
    ]);
    expect(existsSync(at('bad.csv'))).toBe(false);
    const skipped = await predict('rentals', ...files, '--on-bad-row', 'skip');
    expect([skipped.code, skipped.stderr]).toEqual([
      0,
      expect.stringMatching(/^1 rows were left out.*\n {2}row 1: a: much is not a number/),
    ]);
  });

  test.each([
    [['rentals'], 2, /needs --output FILE, and either --input FILE or --follow/],
    [['rentals', '--input', 'in.csv', '--follow', 'x', '--output', 'o.csv'], 2, /either --input/],
    [['rentals', '--input', 'in.csv', '--output', 'out.xls'], 65, /does not say what to write/],
    [['rental', '--input', 'in.csv', '--output', 'out.csv'], 65, /rental/],
    [['rentals@9', '--input', 'in.csv', '--output', 'out.csv'], 65, /no version 9/],
    [['rentals', '--input', 'none.csv', '--output', 'out.csv'], 65, /no file at/],
    [['rentals', '--input', 'other.csv', '--output', 'out.csv'], 65, /no column "a"/],
    [['rentals', '--input', 'in.csv', '--output', 'same.csv'], 65, /would take its place/],
    [['rentals', '--follow', 'in.ndjson', '--output', './in.ndjson'], 65, /would take its place/],
    [['rentals', '--follow', 'in.ndjson', '--output', 'o.csv'], 2, /is written as NDJSON/],
  ])('%j ends with %i', async (args, code, message) => {
    writeFileSync(at('in.csv'), 'k,a,b\nx,1,2\n');
    writeFileSync(at('in.ndjson'), '{"a":1,"b":2}\n');
    writeFileSync(at('other.csv'), 'k,A_,b\nx,1,2\n');
    if (!existsSync(at('same.csv'))) symlinkSync('in.csv', at('same.csv'));
    const ended = await predict(...args);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  test('killed in the middle and called again, no row is lost, doubled or done twice', async () => {
    await writeParquet(numberedRows(ROWS), at('many.parquet'));
    const args = ['rentals', '--input', 'many.parquet', '--output', 'many-out.parquet'];
    const state = at('.many-out.parquet.predicting/job.json');
    // A part that lies there and is not counted yet would be done again.
    await killed(args, () => existsSync(state) && !/"parts":0\b/.test(readFileSync(state, 'utf8')));
    expect(existsSync(at('many-out.parquet'))).toBe(false);
    const again = document<BatchResult>(await predict(...args, '--json'));
    expect(again).toMatchObject({ rows: ROWS, written: ROWS });
    expect(again.resumedRows).toBeGreaterThan(0);
    const out = await readTable(at('many-out.parquet'), { columns: ['id', 'prediction'] });
    expect(firstWrongRow(out, ROWS)).toBeNull();
  });
});

test('a version that a command serves is asked by a server that is started for it and ends with it', async () => {
  const argv = ['python3', '{model}/linear.py', '{model}'];
  const place = commandOf('linear.py', { model: await packedModel(world, 3), argv });
  await world.promote('served', await registerServed(world, 'served', manifestOf({ place })));
  writeFileSync(at('in.csv'), 'a,b\n2,1\n2,\n');
  const batch = await predict('served', '--input', 'in.csv', '--output', 'served.csv');
  expect([batch.code, batch.stderr]).toEqual([0, '']);
  expect(readFileSync(at('served.csv'), 'utf8')).toMatch(/^2,1,7\.0,.*\n2,,106\.0,/m);

  writeFileSync(at('served.ndjson'), '{"a":1,"b":1}\n');
  const files = ['--follow', 'served.ndjson', '--output', 'served-out.ndjson', '--until-end'];
  const stream = await predict('served', ...files);
  expect([stream.code, stream.stderr]).toEqual([0, '']);
  expect(readFileSync(at('served-out.ndjson'), 'utf8')).toContain('"prediction":4,');

  const log = join(world.home.logsDir, 'servers', 'version-1-of-served.log');
  const processes = [...readFileSync(log, 'utf8').matchAll(/^process (\d+)/gm)];
  expect(processes).toHaveLength(2);
  expect(processes.filter(([, pid]) => existsSync(`/proc/${pid}`))).toEqual([]);
});

describe('a stream', () => {
  test('killed again and again, each record has one line and one id', async () => {
    const records = 60_000;
    let text = '';
    for (let id = 0; id < records; id += 1) text += `{"id":${id},"a":${id / 2},"b":${id}}\n`;
    writeFileSync(at('in.ndjson'), text);
    const args = ['rentals', '--follow', 'in.ndjson', '--output', 'out.ndjson'];
    const bytes = () => (existsSync(at('out.ndjson')) ? statSync(at('out.ndjson')).size : 0);
    for (let kill = 0; kill < 2; kill += 1) {
      const before = bytes();
      await killed(args, () => bytes() > before);
    }
    expect((await predict(...args, '--until-end')).code).toBe(0);
    const lines = readFileSync(at('out.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: records }, (_, id) => id));
    expect(new Set(lines.map(({ prediction_id: id }) => id)).size).toBe(records);
    expect(lines.every(({ id, prediction }) => prediction === 2 * id)).toBe(true);
  });

  test('to stdout needs a place for its checkpoint, and a source that can be followed', async () => {
    const nowhere = await predict('rentals', '--follow', 'in.ndjson', '--output', '-');
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--checkpoint')]);
    const ftp = await predict('rentals', '--follow', 'ftp://x/y', '--output', 'o.ndjson');
    expect([ftp.code, ftp.stderr]).toEqual([
      2,
      expect.stringContaining('no stream that can be followed'),
    ]);
    writeFileSync(at('few.ndjson'), '{"a":1,"b":2}\n');
    const out = await predict(
      'rentals',
      ...['--follow', 'few.ndjson', '--output', '-', '--checkpoint', 'few.json', '--until-end'],
    );
    expect(JSON.parse(out.stdout)).toMatchObject({ a: 1, prediction: 4, model_version: 1 });
  });
});

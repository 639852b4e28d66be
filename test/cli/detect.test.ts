import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeParquet } from '../../storage/tabular/index.js';
import { riverCases } from '../monitoring/drift/streaming/river-fixture.js';
import { document, type Ended, millrace } from './millrace.js';

interface Detected {
  readonly detector: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly n: number;
  readonly missing: number;
  readonly before: number;
  readonly warnings: readonly number[];
  readonly drifts: readonly number[];
  readonly changes: readonly number[];
  readonly driftTimes?: readonly (string | null)[];
}

let cwd: string;
const call = (...args: string[]): Promise<Ended> => millrace(['detect', ...args], { cwd });
const detect = async (...args: string[]): Promise<Detected> => {
  const ended = await call(...args, '--json');
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return document<Detected>(ended);
};

const streams = Object.fromEntries(
  riverCases('detector-streams.json').map(({ name, values }) => [name, [...values]]),
);
const s2 = streams['s2'] ?? [];
const minute = (i: number) =>
  new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString().slice(0, 19);

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-detect-'));
  const lines = (head: string, rows: readonly string[]) => [head, ...rows, ''].join('\n');
  for (const [name, values] of Object.entries(streams)) {
    const rows = values.map((value, i) => `${minute(i)},${value},text`);
    await writeFile(join(cwd, `${name}.csv`), lines('at,value,note', rows));
  }
  const bools = s2.map((value) => JSON.stringify({ wrong: value === 1 }));
  await writeFile(join(cwd, 'bools.ndjson'), `${bools.join('\n')}\n`);
  // A row without a value before each of the stream's.
  await writeFile(
    join(cwd, 'holes.csv'),
    lines(
      'i,value',
      s2.flatMap((v, i) => [`${i},`, `${i},${v}`]),
    ),
  );
  await writeFile(join(cwd, 'inf.csv'), lines('value', ['1', '2', 'inf', '3']));
  await writeFile(join(cwd, 'nothing.csv'), lines('i,value', ['1,', '2,']));
  await writeFile(join(cwd, 'header.csv'), 'value\n');
  await writeFile(join(cwd, 'empty.csv'), '');
  await writeFile(join(cwd, 'ragged.csv'), 'value,other\n1,2\n3\n');
  await writeFile(join(cwd, 'corrupt.parquet'), `PAR1${'x'.repeat(300)}PAR1`);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('alarms', () => {
  it.each([
    ['s1.csv', ['--detector', 'adwin'], [1023]],
    ['s2.csv', ['--detector', 'ddm'], [1049]],
    ['s2.csv', ['--detector', 'earliest', '--option', 'alpha=0.9', '--option', 'beta=0.8'], [1059]],
    ['s3.csv', ['--detector', 'hddm-a', '--option', 'two_sided=true'], [531, 1015, 1545]],
    ['s3.csv', ['--detector', 'hddm-w', '--option', 'twoSided=true'], [507, 1032, 1508]],
    ['s3.csv', ['--detector', 'page-hinkley', '--option', 'mode=down'], [1172]],
  ])('%s %j are where River has them: %j', async (file, args, drifts) => {
    const found = await detect(file, '--column', 'value', ...args);
    expect(found.drifts).toEqual(drifts);
    expect(found.n).toBe(2000);
    expect(found.changes).toHaveLength(drifts.length);
  });

  it('are told with every option, its default where none was given', async () => {
    const found = await detect('s1.csv', '--column', 'value', '--option', 'clock=16');
    expect(found).toMatchObject({ detector: 'adwin', n: 2000, missing: 0, before: 0 });
    expect(found.options).toEqual({
      delta: 0.002,
      clock: 16,
      maxBuckets: 5,
      minWindowLength: 5,
      gracePeriod: 10,
    });
  });

  it('are the same from booleans, from Parquet and from stdin', async () => {
    const args = ['--detector', 'ddm', '--json'];
    const { warnings, drifts } = await detect('s2.csv', '--column', 'value', '--detector', 'ddm');
    expect(drifts).toEqual([1049]);
    expect(warnings.length).toBeGreaterThan(5);
    const bools = await detect('bools.ndjson', '--column', 'wrong', '--detector', 'ddm');
    expect(bools).toMatchObject({ warnings, drifts });
    const columns = [{ name: 'value', kind: 'integer', values: Float64Array.from(s2) }] as const;
    await writeParquet({ rows: s2.length, columns, metadata: {} }, join(cwd, 's2.parquet'));
    expect(await detect('s2.parquet', '--column', 'value', '--detector', 'ddm')).toMatchObject({
      warnings,
      drifts,
    });
    for (const [file, column] of [
      ['s2.csv', 'value'],
      ['bools.ndjson', 'wrong'],
    ] as const) {
      const stdin = await readFile(join(cwd, file), 'utf8');
      const ended = await millrace(['detect', '-', '--column', column, ...args], { cwd, stdin });
      expect(document<Detected>(ended)).toMatchObject({ warnings, drifts });
    }
  });

  it('count rows of the file; a missing value is passed over', async () => {
    const found = await detect('holes.csv', '--column', 'value', '--detector', 'ddm');
    expect(found).toMatchObject({ n: 2000, missing: 2000, drifts: [2 * 1049 + 1] });
  });

  it('are told with their times', async () => {
    const args = ['s1.csv', '--column', 'value', '--time', 'at'];
    expect((await detect(...args)).driftTimes).toEqual(['2024-01-01T17:03:00Z']);
    const { stdout } = await call(...args);
    expect(stdout).toBe(
      '1 drift in 2000 values of value, by adwin\n' +
        '  drift at row 1023 (2024-01-01T17:03:00Z), changed from about row 968 (2024-01-01T16:08:00Z)\n',
    );
  });

  it('end the command with 1 where --fail-on asks for it', async () => {
    expect((await call('s1.csv', '--column', 'value', '--fail-on', 'drift')).code).toBe(1);
    const calm = ['bools.ndjson', '--column', 'wrong', '--option', 'delta=1e-300'];
    expect((await call(...calm, '--fail-on', 'drift')).stdout).toMatch(/^no drift in 2000 values/);
    expect((await call(...calm, '--fail-on', 'drift')).code).toBe(0);
  });
});

describe('a snapshot', () => {
  it('joins files into one stream', async () => {
    const parts = [s2.slice(0, 700), s2.slice(700)];
    for (const [i, part] of parts.entries()) {
      await writeFile(join(cwd, `part${i}.csv`), `value\n${part.join('\n')}\n`);
    }
    const options = ['--detector', 'hddm-a', '--option', 'driftConfidence=0.01'];
    const whole = await detect('s2.csv', '--column', 'value', ...options);
    const first = await detect(
      'part0.csv',
      '--column',
      'value',
      ...options,
      '--snapshot',
      'at.json',
    );
    const second = await detect('part1.csv', '--column', 'value', '--resume', 'at.json');
    expect(second).toMatchObject({ before: 700, detector: 'hddm-a', options: whole.options });
    expect([...first.drifts, ...second.drifts.map((i) => i + 700)]).toEqual(whole.drifts);
    expect([...first.warnings, ...second.warnings.map((i) => i + 700)]).toEqual(whole.warnings);
    expect((await readdir(cwd)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('is not written when the data is wrong', async () => {
    const ended = await call('inf.csv', '--column', 'value', '--snapshot', 'never.json');
    expect(ended.code).toBe(65);
    expect(await readdir(cwd)).not.toContain('never.json');
  });

  it('whose place cannot be is refused before anything is read', async () => {
    for (const place of ['nowhere/at.json', '.', 's1.csv']) {
      const ended = await call('s1.csv', '--column', 'value', '--snapshot', place);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(`--snapshot ${place}`);
    }
  });

  it('that is none is bad input; options beside it are wrong usage', async () => {
    await writeFile(join(cwd, 'bad.json'), '{"detector":"adwin"}');
    const bad = await call('s1.csv', '--column', 'value', '--resume', 'bad.json');
    expect(bad.code).toBe(65);
    expect(bad.stderr).toContain('bad.json: this is no snapshot');
    expect((await call('s1.csv', '--column', 'value', '--resume', 'gone.json')).code).toBe(65);
    const table = await call('s1.csv', '--column', 'value', '--resume', 's1.csv');
    expect(table.stderr).toContain('error: s1.csv: it is no JSON\n');
    await detect('s1.csv', '--column', 'value', '--snapshot', 'good.json');
    const both = ['--resume', 'good.json', '--option', 'delta=0.1'];
    expect((await call('s1.csv', '--column', 'value', ...both)).code).toBe(2);
    const other = await call(
      's1.csv',
      '--column',
      'value',
      '--resume',
      'good.json',
      '--detector',
      'ddm',
    );
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('good.json is a snapshot of adwin, not of ddm');
  });
});

describe('wrong usage', () => {
  it.each([
    [['--detector', 'adwn'], 'there is no detector adwn', 'did you mean adwin?'],
    [['--detector', 'zzzzzz'], 'there is no detector zzzzzz', 'there are adwin, ddm, eddm'],
    [['--option', 'detla=1'], 'adwin has no option detla', 'did you mean delta?'],
    [['--option', 'delta=2'], 'delta must be a number in (0, 1), not 2', 'default 0.002'],
    [['--option', 'delta=NaN'], 'delta must be a number in (0, 1), not NaN', ''],
    [['--option', 'clock=1.5'], 'clock must be a whole number from 1', 'default 32'],
    [['--option', 'clock='], 'not empty', ''],
    [['--option', 'clock'], 'it must be written name=value', ''],
    [
      ['--detector', 'page-hinkley', '--option', 'mode=upp'],
      'mode must be one of up, down, both',
      '',
    ],
    [['--detector', 'eddm', '--option', 'alpha=0.5'], 'beta (0.9) must be at most alpha (0.5)', ''],
    [['--fail-on', 'warning'], 'Allowed choices are drift', ''],
  ])('%j: %s', async (args, message, hint) => {
    const ended = await call('s1.csv', '--column', 'value', ...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
    expect(ended.stdout).toBe('');
  });

  it('a column must be named', async () => {
    const ended = await call('s1.csv');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("'--column <name>' not specified");
  });
});

describe('bad input', () => {
  it.each([
    ['s1.csv', 'valeu', [], 'has no column "valeu"', 'did you mean "value"?'],
    ['s1.csv', 'note', [], '"note" is a column of text, such as "text"', 'watches numbers'],
    ['s1.csv', 'at', [], '"at" is a column of times', '--time'],
    ['s1.csv', 'value', ['--time', 'att'], 'has no column "att"', 'did you mean "at"?'],
    [
      's1.csv',
      'value',
      ['--detector', 'ddm'],
      'in row 1000 (counted from 0), but ddm takes',
      'adwin',
    ],
    ['inf.csv', 'value', [], '"value" is Infinity in row 2', 'missing values are passed over'],
    ['nothing.csv', 'value', [], '"value" has no value in any row', ''],
    ['header.csv', 'value', [], 'header.csv', ''],
    ['empty.csv', 'value', [], 'empty.csv is empty', ''],
    ['ragged.csv', 'value', [], 'ragged.csv', ''],
    ['corrupt.parquet', 'value', [], 'corrupt.parquet', ''],
    ['gone.csv', 'value', [], 'no file at gone.csv', ''],
  ])('%s, column %s %j: %s', async (file, column, args, message, hint) => {
    const ended = await call(file, '--column', column, ...args, '--json');
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
    expect(document<{ error: { type: string } }>(ended).error.type).toBe('InvalidInput');
  });

  it('from stdin is called stdin', async () => {
    const args = ['detect', '-', '--column', 'b'];
    const ended = await millrace(args, { cwd, stdin: 'a\n1\n2\n' });
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain('stdin has no column "b"');
    expect((await millrace(args, { cwd, stdin: '' })).code).toBe(65);
  });
});

it('--help lists every detector with its options', async () => {
  const { stdout } = await call('--help');
  for (const text of ['eddm, earliest:', 'delta=0.002', 'online-lsdd', 'mode=both']) {
    expect(stdout).toContain(text);
  }
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftReport } from '../../contracts/index.js';
import { type CallOptions, document, millrace } from './millrace.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-drift-'));
  await writeFile(join(cwd, 'before.csv'), table(400, 0));
  await writeFile(join(cwd, 'after.csv'), table(300, 8));
  await writeFile(join(cwd, 'same.csv'), table(350, 0));
  await writeFile(join(cwd, 'empty.csv'), '');
  await writeFile(join(cwd, 'ragged.csv'), `${table(40, 0)}1,2\n`);
  await writeFile(join(cwd, 'corrupt.parquet'), `PAR1${'x'.repeat(500)}PAR1`);
  await writeFile(join(cwd, 'other.csv'), 'q,r\n1,2\n');
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

/** Ages around 40 that move by `shift`, and a city. */
function table(rows: number, shift: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const age = 25 + ((i * 7919) % 31) + ((i * 104_729) % 17) / 17 + shift;
    return `${age.toFixed(2)},${['Oslo', 'Rome', 'Bonn'][i % 3]},2024-01-${String((i % 28) + 1).padStart(2, '0')}`;
  });
  return `age,city,day\n${lines.join('\n')}\n`;
}

const call = (args: readonly string[], options: Omit<CallOptions, 'cwd'> = {}) =>
  millrace(['drift', ...args], { cwd, ...options });

describe('the document', () => {
  it('has every field that others build on', async () => {
    const ended = await call(['before.csv', 'after.csv', '--json']);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const report = document<DriftReport>(ended);
    expect(report.dataset).toEqual({
      verdict: 'drift',
      share: 1 / 3,
      drifted: 1,
      columns: 3,
      method: 'benjamini-hochberg',
    });
    expect(report.columns.map(({ name, kind, verdict }) => [name, kind, verdict])).toEqual([
      ['age', 'numeric', 'drift'],
      ['city', 'categorical', 'no-drift'],
      ['day', 'date', 'no-drift'],
    ]);
    expect(report.columns[0]).toMatchObject({
      test: 'kolmogorov-smirnov',
      statistic: expect.any(Number),
      pValue: expect.any(Number),
      adjustedPValue: expect.any(Number),
      alpha: 0.05,
      effect: { measure: 'kolmogorov-smirnov', value: expect.any(Number), threshold: 0.05 },
      referenceRows: 400,
      currentRows: 300,
    });
    expect(report.reference).toEqual({ source: 'before.csv', rows: 400, isProfile: false });
  });

  it('follows the options', async () => {
    const args = ['before.csv', 'after.csv', '--columns', 'age', '--test', 'psi', '--json'];
    const asked = [...args, '--alpha', '0.01', '--correction', 'bonferroni', '--min-effect', '9'];
    const report = document<DriftReport>(await call([...asked, '--seed', '4']));
    expect(report.columns).toHaveLength(1);
    expect(report.columns[0]).toMatchObject({
      test: 'population-stability-index',
      alpha: 0.01,
      verdict: 'no-drift',
      effect: { threshold: 9 },
    });
    expect([report.dataset.method, report.seed]).toEqual(['bonferroni', 4]);
  });

  it('reads one side from stdin', async () => {
    const stdin = await readFile(join(cwd, 'after.csv'), 'utf8');
    const ended = await call(['before.csv', '-', '--json'], { stdin });
    expect(document<DriftReport>(ended)).toMatchObject({
      dataset: { verdict: 'drift' },
      current: { source: '-', rows: 300 },
    });
  });

  it('compares with a stored profile', async () => {
    await millrace(['profile', 'before.csv', '--out', 'before.json', '--json'], { cwd });
    const [stored, whole] = await Promise.all([
      call(['before.json', 'after.csv', '--json']),
      call(['before.csv', 'after.csv', '--json']),
    ]);
    const evidence = (ended: { stdout: string; code: number | null; stderr: string }) =>
      document<DriftReport>(ended).columns.map(({ name, test, statistic, verdict }) => [
        name,
        test,
        statistic,
        verdict,
      ]);
    expect(evidence(stored)).toEqual(evidence(whole));
    expect(document<DriftReport>(stored).reference.isProfile).toBe(true);
  });
});

describe('the words', () => {
  it('say the verdict first, then the columns by evidence', async () => {
    const { stdout } = await call(['before.csv', 'after.csv']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('▲ 1 of 3 columns drifted');
    expect(lines[1]).toBe('before.csv (400 rows) → after.csv (300 rows)');
    expect(lines[4]).toMatch(
      /^age +drift +kolmogorov-smirnov +0\.\d+ +0\.05 +\S+ +mean \S+ → \S+$/,
    );
  });
});

describe('exit codes', () => {
  it('are 0 on any verdict, and 1 on drift where that is asked for', async () => {
    const codes = await Promise.all([
      call(['before.csv', 'after.csv']),
      call(['before.csv', 'after.csv', '--fail-on', 'drift']),
      call(['before.csv', 'same.csv', '--fail-on', 'drift']),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([0, 1, 0]);
  });

  it.each([
    ['an unknown test', ['--test', 'kolmogorov-smirno'], 'did you mean kolmogorov-smirnov?'],
    ['an unknown method', ['--multivariate', 'mdm'], 'did you mean mmd?'],
    ['an unknown outlier method', ['--outliers', 'mahalanobiss'], 'did you mean mahalanobis?'],
    ['an alpha out of range', ['--alpha', '1'], 'it must be between 0 and 1'],
    ['a correction that is none', ['--correction', 'holm'], 'bh, bonferroni, none'],
    ['a negative effect', ['--min-effect', '-1'], 'it must be a number from 0'],
    ['too few rows', ['--min-rows', '1'], 'it must be a whole number from 2'],
    ['a share of all', ['--share', '1'], 'it must be at least 0 and below 1'],
    ['a test of which the list knows no like', ['--test', 'xyzzy'], 'wasserstein, z-test'],
    ['the beginning of a test', ['--test', 'kolmogorov'], 'did you mean kolmogorov-smirnov?'],
    ['a short name misspelt', ['--test', 'chisq'], 'did you mean chi-squared?'],
    ['a page on a device', ['--html', '/dev/null'], 'is no ordinary file'],
    ['a page without a name', ['--html', ''], 'names no file'],
    ['a page in no directory', ['--html', 'nowhere/a.html'], 'there is no directory'],
    ['a misspelt option', ['--alhpa', '0.1'], 'Did you mean --alpha'],
  ])('are 2 on %s', async (_, args, said) => {
    const ended = await call(['before.csv', 'after.csv', ...args]);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain(said);
  });

  it.each([
    ['a file that is not there', 'befor.csv', 'no file at befor.csv'],
    ['an empty file', 'empty.csv', 'is empty'],
    ['a ragged row', 'ragged.csv', ':42: the row has 2 columns, the header has 3'],
    ['a corrupt Parquet file', 'corrupt.parquet', 'cannot be read as Parquet'],
    ['no common column', 'other.csv', 'no column in common'],
  ])('are 65 on %s', async (_, reference, said) => {
    const ended = await call([reference, 'after.csv', '--json']);
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain(said);
    expect(document<{ error: { type: string } }>(ended).error.type).toBe('InvalidInput');
  });
});

describe('--html', () => {
  it('writes one page, and nothing else beside it', async () => {
    await mkdir(join(cwd, 'page'));
    const ended = await call(['before.csv', 'after.csv', '--html', 'page/drift.html', '--json']);
    expect(ended.code).toBe(0);
    expect(await readdir(join(cwd, 'page'))).toEqual(['drift.html']);
    const page = await readFile(join(cwd, 'page/drift.html'), 'utf8');
    expect(page).toContain('1 of 3 columns drifted');
    expect(page).toContain('</html>');
  });

  it('leaves the page of before where the data is bad', async () => {
    await writeFile(join(cwd, 'kept.html'), 'before');
    const ended = await call(['before.csv', 'ragged.csv', '--html', 'kept.html']);
    expect(ended.code).toBe(65);
    expect(await readFile(join(cwd, 'kept.html'), 'utf8')).toBe('before');
  });
});

describe('all columns together', () => {
  it('are compared by the methods named, and fail the command on drift', async () => {
    const ended = await call([
      ...['before.csv', 'after.csv', '--columns', 'age,city', '--multivariate', 'mmd'],
      ...['--min-effect', '9', '--fail-on', 'drift', '--json'],
    ]);
    const report = document<DriftReport>(ended);
    expect(report.dataset.verdict).toBe('no-drift');
    expect(report.multivariate).toMatchObject([{ method: 'mmd', verdict: 'drift' }]);
    expect(ended.code).toBe(1);
  });

  it('may be the vectors of one', async () => {
    const vectors = (shift: number) =>
      Array.from({ length: 60 }, (_, i) =>
        JSON.stringify({ id: i, e: [Math.sin(i) + shift, Math.cos(i * 3), (i % 5) / 5] }),
      ).join('\n');
    await writeFile(join(cwd, 'v1.ndjson'), vectors(0));
    await writeFile(join(cwd, 'v2.ndjson'), vectors(2));
    const ended = await call(['v1.ndjson', 'v2.ndjson', '--embedding', 'e', '--json']);
    expect(document<DriftReport>(ended).multivariate).toMatchObject([
      { method: 'mmd', verdict: 'drift', columns: ['e'] },
      { method: 'lsdd', verdict: 'drift' },
    ]);
  });
});

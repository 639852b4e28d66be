import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { salesCsv } from '../../cli/init/sales-data.js';
import { document, millrace } from './millrace.js';

const VALID = `apiVersion: millrace/v1
name: counting
params:
  n: {type: integer, default: 1, min: 0}
steps:
  first: {uses: noop, with: {x: "\${params.n}"}}
  second: {uses: noop, with: {y: "\${steps.first.x}"}}
`;
const INVALID = VALID.replace('params.n}', 'params.m}').replace('uses: noop', 'uses: nop');

let cwd: string;
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-cli-')));
  await writeFile(join(cwd, 'valid.yaml'), VALID);
  await writeFile(join(cwd, 'invalid.yaml'), INVALID);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const call = (...args: string[]) => millrace(args, { cwd });

interface Validation {
  readonly ok: boolean;
  readonly errors: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly path: string;
    readonly code: string;
    readonly text: string;
    readonly message: string;
    readonly hint?: string;
  }[];
}

describe('validate', () => {
  test('a valid file', async () => {
    const ended = await call('validate', 'valid.yaml', '--json');
    expect(ended.code).toBe(0);
    expect(document(ended)).toMatchObject({ ok: true, errors: [] });
  });

  test('a document that is longer than a pipe takes at once is written to its end', async () => {
    const steps = Array.from({ length: 100 }, (_, index) => `  s${index}: {uses: nop}`);
    const text = ['apiVersion: millrace/v1', 'name: long', 'steps:', ...steps].join('\n');
    await writeFile(join(cwd, 'long.yaml'), text);
    const files = Array.from({ length: 60 }, () => 'long.yaml');
    const ended = await call('validate', ...files, '--json');
    expect(ended.stdout.length).toBeGreaterThan(1_000_000);
    expect(document<Validation>(ended).errors).toHaveLength(100 * 60);
  });

  test('every error of every file with its place; a missing file is an error of that file', async () => {
    const ended = await call('validate', 'valid.yaml', 'invalid.yaml', 'missing.yaml', '--json');
    expect(ended.code).toBe(65);
    const { ok, errors } = document<Validation>(ended);
    expect(ok).toBe(false);
    expect(errors.map(({ file, line }) => [file, line])).toEqual([
      ['invalid.yaml', 6],
      ['invalid.yaml', 6],
      ['missing.yaml', 1],
    ]);
    expect(errors[0]).toMatchObject({ path: 'steps.first.uses', text: 'nop' });
    expect(errors[0]?.hint).toContain('noop');
    for (const error of errors) {
      for (const key of ['file', 'line', 'column', 'path', 'code', 'text', 'message']) {
        expect(error).toHaveProperty(key);
      }
    }
  });

  test('in words shows the line with a mark beneath the offending text', async () => {
    const ended = await call('validate', 'invalid.yaml');
    expect(ended.code).toBe(65);
    const [place, line, mark] = ended.stdout.split('\n');
    expect(place).toMatch(/^invalid\.yaml:6:17: .*nop/);
    expect(line).toContain('first: {uses: nop, with:');
    expect(mark?.indexOf('^')).toBe(line?.indexOf('nop'));
  });

  test('reads stdin', async () => {
    const ended = await millrace(['validate', '-'], { cwd, stdin: INVALID });
    expect(ended.code).toBe(65);
    expect(ended.stdout).toContain('-:6:17:');
  });
});

describe('plan', () => {
  test('needs no server and no state directory, and makes none', async () => {
    const ended = await call('plan', 'valid.yaml', '--param', 'n=7', '--json');
    expect(ended.code).toBe(0);
    expect(document(ended)).toMatchObject({
      name: 'counting',
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      steps: [
        { id: 'first', needs: [], uses: 'noop', cache: { status: 'miss' } },
        { id: 'second', needs: ['first'], uses: 'noop', cache: { status: 'unknown' } },
      ],
    });
    expect(document(await call('runs', '--json'))).toEqual({ runs: [] });
  });

  test('the hash does not depend on the values of parameters', async () => {
    const hashes = await Promise.all(
      ['n=1', 'n=2'].map(async (param) => {
        const ended = await call('plan', 'valid.yaml', '--param', param, '--json');
        return document<{ planHash: string }>(ended).planHash;
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('draws itself', async () => {
    const { stdout } = await call('plan', 'valid.yaml', '--mermaid');
    expect(stdout).toMatch(/^flowchart /);
    expect(stdout).toContain('first');
  });
});

describe('run refuses bad input before anything is started or written', () => {
  test.each([
    [['invalid.yaml'], 'invalid.yaml:6:17:'],
    [['missing.yaml'], 'missing.yaml'],
    [['valid.yaml', '--param', 'n=many'], 'parameter n: "many" is not an integer'],
    [['valid.yaml', '--param', 'n=-1'], 'below the minimum 0'],
    [['valid.yaml', '--param', 'm=1'], 'no parameter named m'],
    [['valid.yaml', '--override-gate', 'first', '--reason', 'x'], 'has no gate'],
  ])('millrace run %j', async (args, words) => {
    const ended = await call('run', ...args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(65);
    const asDocument = await call('run', ...args, '--json');
    expect(asDocument.code).toBe(65);
    expect(document(asDocument)).toMatchObject({ error: { type: 'InvalidInput' } });
    await expect(readFile(join(cwd, '.millrace/.gitignore'))).rejects.toThrow('ENOENT');
  });

  test('an unreachable Temporal is 69', async () => {
    const ended = await millrace(['run', 'valid.yaml', '--json'], {
      cwd: await mkdtemp(join(cwd, 'elsewhere-')),
      env: { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      stdin: '',
    });
    // The file is not below that directory: it is bad input first.
    expect(ended.code).toBe(65);
    const there = await mkdtemp(join(cwd, 'there-'));
    await writeFile(join(there, 'valid.yaml'), VALID);
    const unreachable = await millrace(['run', 'valid.yaml', '--json'], {
      cwd: there,
      env: { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    });
    expect(unreachable.code).toBe(69);
    expect(document(unreachable)).toMatchObject({ error: { type: 'ServiceUnavailable' } });
  });
});

describe('schedule', () => {
  test('a file without a schedule is told what to add', async () => {
    const ended = await call('schedule', 'apply', 'valid.yaml');
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain('schedule: {cron:');
  });
});

describe('schema', () => {
  test('is one JSON document, with and without --json', async () => {
    const plain = document<{ properties: object }>(await call('schema'));
    expect(Object.keys(plain.properties)).toContain('steps');
    expect(document(await call('schema', '--json'))).toEqual(plain);
  });
});

describe('init', () => {
  test('writes a project that validates and plans', async () => {
    const ended = await call('init', 'My Coffee', '--json');
    expect(ended.code).toBe(0);
    const { directory, name, written } = document<{
      directory: string;
      name: string;
      written: string[];
    }>(ended);
    expect(name).toBe('my-coffee');
    expect(written).toEqual(
      expect.arrayContaining([
        '.gitignore',
        'README.md',
        'data/interim/.gitkeep',
        'data/processed/.gitkeep',
        'data/raw/sales.csv',
        'millrace.schema.json',
        'my-coffee.yaml',
        'steps/add_features.py',
      ]),
    );
    const yaml = await readFile(join(directory, 'my-coffee.yaml'), 'utf8');
    expect(yaml).toMatch(/^# yaml-language-server: \$schema=\.\/millrace\.schema\.json\n/);
    expect(yaml).not.toContain('project-name');
    const valid = await millrace(['validate', 'my-coffee.yaml'], { cwd: directory });
    expect(valid).toMatchObject({ code: 0 });
    const planned = await millrace(['plan', 'my-coffee.yaml', '--json'], { cwd: directory });
    expect(document<{ steps: unknown[] }>(planned).steps).toHaveLength(7);
  });

  test('the Python step of the project compiles', async () => {
    const python = process.env['MILLRACE_PYTHON'] ?? 'python3';
    const program = join(cwd, 'My Coffee', 'steps', 'add_features.py');
    await promisify(execFile)(python, ['-m', 'py_compile', program]);
  });

  test('refuses a directory with something in it and replaces nothing by force', async () => {
    const target = join(cwd, 'taken');
    await mkdir(target);
    await writeFile(join(target, 'README.md'), 'mine');
    const refused = await call('init', 'taken');
    expect(refused.code).toBe(65);
    expect(refused.stderr).toContain('not empty (README.md)');
    const forced = await call('init', 'taken', '--force');
    expect(forced.code).toBe(65);
    expect(forced.stderr).toContain('README.md');
    expect(await readFile(join(target, 'README.md'), 'utf8')).toBe('mine');
    await rm(join(target, 'README.md'));
    await writeFile(join(target, 'notes.txt'), 'mine too');
    expect((await call('init', 'taken', '--force')).code).toBe(0);
    expect(await readFile(join(target, 'notes.txt'), 'utf8')).toBe('mine too');
  });

  test('a name that cannot be one is wrong usage', async () => {
    const ended = await call('init', 'other', '--name', 'Not A Name');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--name bike-demand');
  });

  test('the data is the same each time, with something in it to learn', () => {
    const rows = salesCsv(1)
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(salesCsv(1)).toBe(salesCsv(1));
    expect(salesCsv(2)).not.toBe(salesCsv(1));
    expect(rows).toHaveLength(2160);
    const mean = (hour: string) => {
      const cups = rows
        .filter(([time]) => time?.slice(11, 13) === hour)
        .map((row) => Number(row[5]));
      return cups.reduce((sum, value) => sum + value, 0) / cups.length;
    };
    expect(mean('08')).toBeGreaterThan(20);
    expect(mean('02')).toBe(0);
    expect(rows.some(([, temperature]) => temperature === '')).toBe(true);
  });
});

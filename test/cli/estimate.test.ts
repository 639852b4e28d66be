import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  simulatePredictions,
  simulateRows,
  type World,
} from '../monitoring/drift/estimation/simulated-scores.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../python/python.js';
import { document, type Ended, millrace } from './millrace.js';

interface Estimate {
  readonly metric: string;
  readonly average: string;
  readonly classes?: readonly string[];
  readonly features: readonly string[];
  readonly thresholds: { readonly lower: number; readonly upper: number };
  readonly chunks: readonly {
    readonly start: number;
    readonly end: number;
    readonly estimate: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly realised?: number | null;
    readonly alert: boolean;
  }[];
  readonly validity: {
    readonly valid: boolean;
    readonly assumptions: readonly string[];
    readonly reasons: readonly { readonly code: string }[];
  };
}

let cwd: string;

function scored(seed: number, rows: number, world: World = {}, withLabel = true): string {
  const { probabilities, predictions, labels } = simulateRows(seed, rows, world);
  const lines = Array.from(labels, (label, row) =>
    [probabilities[2 * row + 1], predictions[row], ...(withLabel ? [label] : [])].join(','),
  );
  return [`p,said${withLabel ? ',label' : ''}`, ...lines, ''].join('\n');
}

function predicted(seed: number, rows: number, shift = 0): string {
  const { predictions, labels } = simulatePredictions(seed, rows, shift);
  const lines = Array.from(labels, (label, row) =>
    [(predictions[row] ?? 0) / 3, row % 2 === 0 ? 'even' : 'odd', predictions[row], label].join(
      ',',
    ),
  );
  return ['input,parity,said,label', ...lines, ''].join('\n');
}

const COLUMNS = ['--prediction', 'said', '--probability', 'p', '--label', 'label'];

function estimate(...args: string[]): Promise<Ended> {
  return millrace(['estimate', ...args], { cwd });
}

function classified(analysis: string, ...more: string[]): Promise<Ended> {
  return estimate(
    ...['--reference', 'reference.csv', '--analysis', analysis, '--task', 'classification'],
    ...['--metric', 'accuracy', ...COLUMNS, ...more],
  );
}

beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-estimate-test-')));
  const files: Record<string, string> = {
    'reference.csv': scored(1, 2_000),
    'labelled.csv': scored(2, 500),
    'unlabelled.csv': scored(2, 500, {}, false),
    'shifted.csv': scored(3, 500, { shift: -1.5 }, false),
    'outside.csv': 'p,said\n0.2,0\n1.7,1\n',
    'unknown.csv': 'p,said\n0.2,0\n0.7,2\n',
    'nulls.csv': `p,said\n${',\n'.repeat(50)}`,
    'header.csv': 'p,said\n',
    'one.csv': 'p,said\n0.4,0\n',
    'empty.csv': '',
    'one-class.csv': scored(1, 2_000).replaceAll(/,[01]$/gm, ',0'),
    'no-labels.csv': scored(1, 200).replaceAll(/,[01]$/gm, ','),
    'predicted-reference.csv': predicted(1, 1_500),
    'predicted.csv': predicted(2, 600, 1.5),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(cwd, name), text)));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('estimate of a classification', () => {
  it('is one document: thresholds, and chunks of half-open row ranges', async () => {
    const ended = await classified('unlabelled.csv', '--chunk', '200', '--json');
    expect(ended.code).toBe(0);
    const found = document<Estimate>(ended);
    expect(found).toMatchObject({ metric: 'accuracy', classes: ['0', '1'] });
    expect(found.chunks.map(({ start, end }) => [start, end])).toEqual([
      [0, 200],
      [200, 400],
      [400, 500],
    ]);
    for (const { low, estimate: value, high, alert, ...rest } of found.chunks) {
      expect(low).toBeLessThan(value ?? 0);
      expect(high).toBeGreaterThan(value ?? 1);
      expect(alert).toBe(false);
      expect(rest).not.toHaveProperty('realised');
    }
    expect(found.validity).toMatchObject({ valid: true, reasons: [] });
    expect(found.validity.assumptions[0]).toContain('concept drift');
  });

  it('shows what is realised where the analysis has labels', async () => {
    const found = document<Estimate>(await classified('labelled.csv', '--chunk', '250', '--json'));
    for (const { realised, low, high } of found.chunks) {
      expect(realised).toBeGreaterThanOrEqual(low ?? 1);
      expect(realised).toBeLessThanOrEqual(high ?? 0);
    }
  });

  it('ends with 1 on an alert where --fail-on drift asks for it', async () => {
    const calm = await classified('shifted.csv', '--chunk', '200', '--json');
    expect(calm.code).toBe(0);
    expect(document<Estimate>(calm).chunks.some(({ alert }) => alert)).toBe(true);
    const failed = await classified('shifted.csv', '--chunk', '200', '--fail-on', 'drift');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/alert: (above|below)/);
    expect(failed.stdout).toContain('assumes:');
  });

  it('finds a metric by its other spellings, and needs no prediction to rank', async () => {
    const found = document<Estimate>(
      await estimate(
        ...['--reference', 'reference.csv', '--analysis', 'unlabelled.csv', '--task', 'binary'],
        ...['--metric', 'roc-auc', '--probability', 'p', '--label', 'label', '--json'],
      ),
    );
    expect(found.metric).toBe('rocAuc');
    expect(found.average).toBe('positive-class');
  });

  it('takes a column of probabilities for each of three classes, and means them', async () => {
    const lines = Array.from({ length: 600 }, (_, row) => {
      const label = ['ant', 'bee', 'cow'][row % 3] ?? '';
      const p = [0, 1, 2].map((at) => (at === row % 3 ? 0.6 : 0.2));
      return [label, label, ...p].join(',');
    });
    const text = ['label,said,p_ant,p_bee,third', ...lines, ''].join('\n');
    await writeFile(join(cwd, 'three.csv'), text);
    await writeFile(join(cwd, 'three-more.csv'), text);
    const args = [
      ...['--reference', 'three.csv', '--analysis', 'three-more.csv', '--task', 'classification'],
      ...['--metric', 'f1', '--prediction', 'said', '--label', 'label', '--json'],
      ...['--probability', 'p_ant', '--probability', 'p_bee'],
    ];
    const found = document<Estimate>(await estimate(...args, '--probability', 'cow=third'));
    expect(found).toMatchObject({ average: 'macro', classes: ['ant', 'bee', 'cow'] });
    const unnamed = await estimate(...args, '--probability', 'third');
    expect(unnamed.code).toBe(65);
    expect(unnamed.stderr).toContain('CLASS=COLUMN');
  });

  it('reads the analysis from stdin', async () => {
    const text = await readFile(join(cwd, 'unlabelled.csv'), 'utf8');
    const ended = await millrace(
      [
        ...['estimate', '--reference', 'reference.csv', '--analysis', '-', '--task', 'binary'],
        ...['--metric', 'accuracy', ...COLUMNS, '--json'],
      ],
      { cwd, stdin: text },
    );
    expect(ended.stderr).toBe('');
    expect(document<Estimate>(ended).chunks.at(-1)?.end).toBe(500);
  });
});

describe('estimate refuses', () => {
  it.each([
    ['an unknown metric', { metric: 'acuracy' }, 2, /did you mean accuracy\?/],
    ['a metric of the other task', { metric: 'mae' }, 2, /mae is a metric of a regression/],
    ['a metric that labels are needed for', { metric: 'logLoss' }, 2, /cannot be estimated/],
    ['an unknown task', { task: 'clasification' }, 2, /did you mean classification\?/],
    ['a column that is not there', { prediction: 'sad' }, 65, /sad.*said/s],
    ['a file that is not there', { analysis: 'gone.csv' }, 65, /gone\.csv/],
    ['an empty file', { analysis: 'empty.csv' }, 65, /empty\.csv/],
    ['a file without rows', { analysis: 'header.csv' }, 65, /header\.csv has no rows/],
    ['a probability above 1, by its row', { analysis: 'outside.csv' }, 65, /row 1 .* 1\.7/],
    ['a prediction that is no class', { analysis: 'unknown.csv' }, 65, /row 1 .* predicted 2/],
    ['a reference without a label', { reference: 'no-labels.csv' }, 65, /holds no label/],
    ['a label that is not named', { label: '' }, 65, /--label/],
    ['a positive class that is none', { positive: 'yes' }, 65, /yes is no class/],
    ['no probabilities', { probability: '' }, 2, /--probability/],
    ['chunks of no rows', { chunk: '0' }, 2, /whole number/],
    ['a verdict that is none', { 'fail-on': 'doom' }, 2, /must be drift/],
  ] as const)('%s', async (_, change, code, message) => {
    const options: Record<string, string> = {
      ...{ reference: 'reference.csv', analysis: 'unlabelled.csv', task: 'classification' },
      ...{ metric: 'accuracy', prediction: 'said', probability: 'p', label: 'label' },
      ...change,
    };
    const args = Object.entries(options).filter(([, value]) => value !== '');
    const ended = await estimate(...args.flatMap(([name, value]) => [`--${name}`, value]));
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
  });
});

describe('estimate has a defined result for', () => {
  it.each([
    ['one row', 'reference.csv', 'one.csv', 'few-rows'],
    ['nothing but missing values', 'reference.csv', 'nulls.csv', 'undefined'],
    ['a reference of one class', 'one-class.csv', 'unlabelled.csv', 'single-class'],
  ])('%s', async (_, reference, analysis, code) => {
    const ended = await estimate(
      ...['--reference', reference, '--analysis', analysis, '--task', 'classification'],
      ...['--metric', 'accuracy', ...COLUMNS, '--json'],
    );
    expect(ended.stderr).toBe('');
    const { validity } = document<Estimate>(ended);
    expect(validity.valid).toBe(false);
    expect(validity.reasons.map((reason) => reason.code)).toContain(code);
  });
});

describe.skipIf(WITHOUT_PYTHON)(`estimate of a regression${PYTHON_NOTE}`, () => {
  const args = [
    ...['--reference', 'predicted-reference.csv', '--analysis', 'predicted.csv'],
    ...['--task', 'regression', '--prediction', 'said', '--label', 'label', '--chunk', '150'],
  ];

  it('learns the loss from the other columns, and follows it under covariate shift', async () => {
    const temporary = join(cwd, 'temporary');
    await mkdir(temporary);
    const ended = await millrace(['estimate', ...args, '--metric', 'mae', '--json'], {
      cwd,
      env: { TMPDIR: temporary },
    });
    expect(ended.stderr).toBe('');
    const found = document<Estimate>(ended);
    expect(found.features).toEqual(['input', 'parity']);
    for (const { realised, low, high } of found.chunks) {
      expect(realised).toBeGreaterThanOrEqual(low ?? Number.POSITIVE_INFINITY);
      expect(realised).toBeLessThanOrEqual(high ?? 0);
    }
    expect(found.chunks.every(({ estimate: value }) => (value ?? 0) > 1.5)).toBe(true);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('gives the same for the same seed', async () => {
    const [first, second] = [
      await estimate(...args, '--metric', 'rmse', '--seed', '7', '--features', 'input', '--json'),
      await estimate(...args, '--metric', 'rmse', '--seed', '7', '--features', 'input', '--json'),
    ];
    expect(first.stdout).toBe(second.stdout);
    expect(document<Estimate>(first).features).toEqual(['input']);
  });

  it('refuses a feature that is not there, and text as label', async () => {
    const missing = await estimate(...args, '--metric', 'mae', '--features', 'inputs');
    expect(missing.code).toBe(65);
    expect(missing.stderr).toContain('input');
    const text = await estimate(...args, '--metric', 'mae', '--label', 'parity');
    expect(text.code).toBe(65);
    expect(text.stderr).toContain('holds text');
  });
});

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { compareMultivariate } from '../../../../monitoring/datasets/compare-multivariate.js';
import { detectOutliers } from '../../../../monitoring/datasets/detect-outliers.js';
import type { MultivariateData } from '../../../../monitoring/drift/index.js';
import { PYTHON, PYTHON_DIRECTORY, PYTHON_NOTE, WITHOUT_PYTHON } from '../../../python/python.js';
import { normalMatrix } from '../../drift/multivariate/normal-matrix.js';

const python = () => ({ executable: PYTHON, directory: PYTHON_DIRECTORY });

/** Numbers a, b, c; `target` is a + b with noise, `kind` the sign of a with other noise. */
function frame(seed: number, rows: number, shift = 0): MultivariateData {
  const { values } = normalMatrix(seed, rows, 5);
  const column = (j: number) =>
    Float64Array.from({ length: rows }, (_, i) => (values[5 * i + j] ?? 0) + (j < 3 ? shift : 0));
  const [a, b, c] = [column(0), column(1), column(2)];
  const [noise, other] = [column(3), column(4)];
  const target = a.map((value, i) => value + (b[i] ?? 0) + (noise[i] ?? 0));
  const kind = Array.from(a, (value, i) => (value + (other[i] ?? 0) > 0 ? 'high' : 'low'));
  return {
    kind: 'frame',
    columns: [
      { name: 'a', column: { kind: 'numeric', values: a } },
      { name: 'b', column: { kind: 'numeric', values: b } },
      { name: 'c', column: { kind: 'numeric', values: c } },
      { name: 'target', column: { kind: 'numeric', values: target } },
      { name: 'kind', column: { kind: 'categorical', values: kind } },
    ],
  };
}

describe.skipIf(WITHOUT_PYTHON)(`methods that learn, by the step contract${PYTHON_NOTE}`, () => {
  it.each([
    ['domain-classifier', undefined],
    ['spot-the-diff', undefined],
    ['learned-kernel-mmd', undefined],
    ['classifier-uncertainty', 'kind'],
    ['regressor-uncertainty', 'target'],
  ])(
    '%s finds a shift of two standard deviations and names its columns',
    async (method, target) => {
      const options = { python, ...(target === undefined ? {} : { target }) };
      const found = await compareMultivariate(method, frame(1, 300), frame(2, 200, 2), options);
      expect(found).toMatchObject({ method, verdict: 'drift', alpha: 0.05 });
      expect(found.columns).toEqual(['a', 'b', 'c', 'target', 'kind'].filter((c) => c !== target));
      expect(Object.values(found.details).every(Number.isFinite)).toBe(true);
    },
  );

  it('gives the same figures for the same seed, and others for another', async () => {
    const run = (seed: number) =>
      compareMultivariate('spot-the-diff', frame(1, 100), frame(2, 100, 0.3), { python, seed });
    const [first, again, other] = [await run(4), await run(4), await run(5)];
    expect(again).toEqual(first);
    expect(other.statistic).not.toBe(first.statistic);
  });

  it('says which feature differs, and in which direction', async () => {
    const { details } = await compareMultivariate('spot-the-diff', vectors(1, 0), vectors(2, -1), {
      python,
    });
    const contributions = Object.entries(details).filter(([name]) => name.startsWith('contr'));
    expect(contributions).toHaveLength(5);
    expect(contributions[0]?.[0]).toBe('contribution:embedding[3]');
    expect(contributions[0]?.[1]).toBeLessThan(0);
  });

  it('finds outliers by a forest, in both data sets', async () => {
    const current = frame(2, 100);
    for (const { column } of current.kind === 'frame' ? current.columns : []) {
      if (column.kind === 'numeric') column.values[17] = 40;
    }
    const found = await detectOutliers('isolation-forest', frame(1, 500), current, { python });
    expect(found.current.indices).toContain(17);
    expect(found.current.rate).toBeLessThan(0.08);
    expect(found.reference).toMatchObject({ rows: 500, outliers: 4 });
  });

  it('passes on what Python refuses, and leaves nothing behind', async () => {
    const before = await leftovers();
    const constant = frame(1, 60);
    const refused = compareMultivariate('regressor-uncertainty', constant, frame(2, 60), {
      python,
      target: 'kind',
    });
    await expect(refused).rejects.toMatchObject({
      type: 'InvalidInput',
      message:
        'regressor-uncertainty needs a target of numbers; for classes there is classifier-uncertainty',
    });
    expect(await leftovers()).toEqual(before);
  });

  it('ends Python when it is aborted', async () => {
    const before = await leftovers();
    const abort = new AbortController();
    const running = compareMultivariate('learned-kernel-mmd', vectors(1, 0), vectors(2, 0), {
      python,
      signal: abort.signal,
      permutations: 50_000,
      onProgress: () => abort.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    expect(await leftovers()).toEqual(before);
  });
});

describe('without Python', () => {
  it.each([
    ['no access to it', undefined],
    ['a path without a file', () => ({ executable: '/nowhere/python', directory: '/nowhere' })],
  ])('a method that learns says to set it up: %s', async (_, missing) => {
    const options = missing === undefined ? {} : { python: missing };
    const refused = compareMultivariate('domain-classifier', frame(1, 30), frame(2, 30), options);
    await expect(refused).rejects.toMatchObject({
      type: 'EnvironmentMissing',
      hint: 'run `millrace setup`',
    });
  });

  it('the others need none', async () => {
    const found = await compareMultivariate('mmd', frame(1, 30), frame(2, 30, 2));
    expect(found.verdict).toBe('drift');
  });
});

describe('what cannot be compared', () => {
  it.each([
    [
      'an unknown method',
      'mdd',
      {},
      "no multivariate method is called 'mdd' (did you mean 'mmd'?); there are mmd, lsdd",
    ],
    ['a target that is missing', 'classifier-uncertainty', {}, 'needs a target'],
    ['an unknown target', 'classifier-uncertainty', { target: 'x' }, 'has no column x to learn'],
    ['an option out of range', 'mmd', { alpha: 2 }, 'alpha is in (0, 1), not 2'],
  ])('is bad input: %s', async (_, method, options, message) => {
    const refused = compareMultivariate(method, frame(1, 30), frame(2, 30), { python, ...options });
    await expect(refused).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });

  it('is bad input: one side columns, the other vectors', async () => {
    const refused = compareMultivariate('mmd', frame(1, 30), vectors(1, 0));
    await expect(refused).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});

function vectors(seed: number, shift: number): MultivariateData {
  const matrix = normalMatrix(seed, 200, 5);
  for (let i = 3; i < matrix.values.length; i += 5) {
    matrix.values[i] = (matrix.values[i] ?? 0) + shift;
  }
  return { kind: 'vectors', name: 'embedding', matrix };
}

async function leftovers(): Promise<readonly string[]> {
  expect(existsSync(tmpdir())).toBe(true);
  return (await readdir(tmpdir())).filter((name) => name.startsWith('millrace-drift-')).sort();
}

import { describe, expect, it } from 'vitest';
import { compareMultivariate } from '../../../../monitoring/datasets/compare-multivariate.js';
import {
  DATA_USES,
  DETECTOR_COVERAGE,
  MULTIVARIATE_METHODS,
  type MultivariateData,
  matrixOf,
} from '../../../../monitoring/drift/index.js';
import { PYTHON, PYTHON_DIRECTORY, PYTHON_NOTE, WITHOUT_PYTHON } from '../../../python/python.js';
import { mixedFrame, numbers } from '../../drift/multivariate/data-frames.js';
import { DATA_OF_USE } from '../../drift/multivariate/data-uses.js';
import { normalMatrix } from '../../drift/multivariate/normal-matrix.js';

const python = () => ({ executable: PYTHON, directory: PYTHON_DIRECTORY });

const learning = MULTIVARIATE_METHODS.flatMap((method) =>
  method.runsIn === 'python' ? [method] : [],
);
const cells = learning.flatMap(({ name, needsTarget }) =>
  DATA_USES.flatMap((use) => {
    const cell = DETECTOR_COVERAGE.find((row) => row.name === name)?.uses[use];
    return cell !== undefined && 'by' in cell ? [{ name, needsTarget, use }] : [];
  }),
);

describe.skipIf(WITHOUT_PYTHON)(`cells that Python does${PYTHON_NOTE}`, () => {
  const whole = cells.filter(({ needsTarget, use }) => !needsTarget && use in DATA_OF_USE);
  it.each(whole)('$name finds drift in $use', async ({ name, use }) => {
    const data = DATA_OF_USE[use as keyof typeof DATA_OF_USE];
    const found = await compareMultivariate(name, data(1, 0), data(2, 1), { python });
    expect(found.verdict).toBe('drift');
  });

  const named = cells.filter(({ use }) => use === 'feature-level');
  it.each(named)('$name names the features that differ', async ({ name }) => {
    const [data, current] = [DATA_OF_USE.image(1, 0), DATA_OF_USE.image(2, 1)];
    const { details } = await compareMultivariate(name, data, current, { python });
    const first = Object.keys(details)
      .filter((key) => key.startsWith('contribution:'))
      .slice(0, 4);
    const spots = [7, 8, 28, 29].map((pixel) => `contribution:pixels[${pixel}]`);
    expect(spots).toEqual(expect.arrayContaining(first));
  });

  const frames = cells.filter(
    ({ needsTarget, use }) => needsTarget && ['tabular', 'categorical-features'].includes(use),
  );
  it.each(frames)('$name of a model learned on $use', async ({ name, use }) => {
    const [data, current] = [unsure(1, 0), unsure(2, 2)];
    const kept = use === 'tabular' ? 'numeric' : 'categorical';
    const only = (side: MultivariateData): MultivariateData =>
      side.kind === 'vectors'
        ? side
        : {
            kind: 'frame',
            columns: side.columns.filter(
              (each) => each.name === 'target' || each.column.kind === kept,
            ),
          };
    const options = { python, target: 'target' };
    const found = await compareMultivariate(name, only(data), only(current), options);
    expect(found).toMatchObject({ method: name, verdict: 'drift' });
    expect(found.columns).not.toContain('target');
  });

  const predictions = cells.filter(
    ({ needsTarget, use }) => needsTarget && ['image', 'time-series', 'text'].includes(use),
  );
  it.each(predictions)("$name of a deployed model's predictions for $use", async ({ name }) => {
    const make = name === 'classifier-uncertainty' ? probabilities : ensemble;
    const [before, after] = [make(1, 3), make(2, 1)];
    // No Python: nothing is left to train.
    expect((await compareMultivariate(name, before, after)).verdict).toBe('drift');
    expect((await compareMultivariate(name, before, make(5, 3))).verdict).toBe('no-drift');
  });

  it('leaves no cell without a test', () => {
    const tested = [...whole, ...named, ...frames, ...predictions];
    expect(cells.filter((cell) => !tested.includes(cell))).toEqual([]);
  });
});

/** The target follows the first category and number where these are low, and nothing elsewhere. */
function unsure(seed: number, drift: number): MultivariateData {
  const { columns } = mixedFrame(seed, 600, 2, drift);
  const noise = normalMatrix(seed + 9, 600, 1).values;
  const [first, second] = [columns[2]?.column, columns[1]?.column];
  const target = Array.from(noise, (value, i) => {
    const x = first?.kind === 'numeric' ? (first.values[i] ?? 0) : 0;
    const sure = x < 1 && second?.values[i] !== 'oak';
    return Math.round(sure ? 0.1 * value : 3 * value);
  });
  return { kind: 'frame', columns: [...columns, numbers('target', ...target)] };
}

function probabilities(seed: number, sureness: number): MultivariateData {
  const { values } = normalMatrix(seed, 200, 1);
  const rows = Array.from(values, (value) => 1 / (1 + Math.exp(-sureness * value)));
  return { kind: 'vectors', name: 'p', matrix: matrixOf(rows.map((p) => [p, 1 - p])) };
}

function ensemble(seed: number, agreement: number): MultivariateData {
  const matrix = normalMatrix(seed, 200, 5);
  return {
    kind: 'vectors',
    name: 'predictions',
    matrix: { ...matrix, values: matrix.values.map((value) => value / agreement) },
  };
}

import { beforeAll, describe, expect, it } from 'vitest';
import { train } from '../../activities/steps/train.js';
import type { ArtifactRef, JsonValue, TrainedManifest } from '../../contracts/index.js';
import { loadModel } from '../../models/inference/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { MODEL, stepsBench } from '../activities/steps/steps-bench.js';
import { newVersion } from '../models/registry/sample-records.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from './python.js';
import { NOT_INPUTS, weatherTable } from './weather-table.js';

const bench = stepsBench();
/** Rows of the first half say 100 less than those of the second. */
const shifted = () => {
  const table = weatherTable();
  const columns = table.columns.map((column) =>
    column.name === 'rentals' && column.kind !== 'string'
      ? { ...column, values: column.values.map((value, row) => value + (row < 150 ? -100 : 0)) }
      : column,
  );
  return { ...table, columns };
};
const CUT = new Date(1_293_840_000_000 + 150 * 3_600_000).toISOString();

describe.skipIf(WITHOUT_PYTHON)(`training again${PYTHON_NOTE}`, () => {
  let data: ArtifactRef;
  beforeAll(async () => {
    data = await bench().put(shifted());
  });

  async function trained(more: { readonly [name: string]: JsonValue }, from = data) {
    const { outputs } = await bench().work('train', train, {
      data: from,
      target: 'rentals',
      exclude: NOT_INPUTS.filter((name) => name !== 'rentals'),
      ...more,
    });
    const ref = outputs.artifacts['model'];
    if (ref === undefined) throw new Error('no model');
    return { ref, manifest: await bench().artifacts.readJson<TrainedManifest>(ref) };
  }

  async function maeOn(manifest: TrainedManifest, table = weatherTable()): Promise<number> {
    const path = await bench().artifacts.localPath(manifest.onnx);
    const model = await loadModel(path, manifest.signature);
    try {
      return (await measureTable(model, table, 'rentals')).metrics['mae'] ?? Number.NaN;
    } finally {
      await model.release();
    }
  }

  it.each(['gradient-boosting', 'random-forest', 'decision-tree', 'linear'])(
    'lets rows before a cut count less (%s)',
    async (algorithm) => {
      const small = algorithm === 'linear' ? { algorithm } : { algorithm, depth: 3 };
      const weights = { before: CUT, weight: 0.05 };
      const [alike, weighed] = [await trained(small), await trained({ ...small, weights })];
      expect(weighed.manifest.hyperparameters).toMatchObject({
        weights: { before: CUT.replace('.000Z', 'Z'), weight: 0.05 },
      });
      // The table without the shift is how the world is after the cut.
      expect(await maeOn(weighed.manifest)).toBeLessThan(0.75 * (await maeOn(alike.manifest)));
    },
  );

  it.each([
    [
      { algorithm: 'k-nearest-neighbours', weights: { before: CUT, weight: 0.5 } },
      'every row alike',
    ],
    [{ weights: { before: 'yesterday', weight: 0.5 } }, 'is not a time'],
    [{ weights: { before: CUT, weight: 2 } }, 'weight: 2 is not a number from 0 to 1'],
    [{ weights: { before: CUT } }, 'is not {before: TIME, weight: NUMBER}'],
    [{ weights: { before: '2030-01-01', weight: 0 } }, 'counts nothing'],
    [{ warmStart: 'yes' }, 'neither true nor false'],
  ])('refuses %o', async (more, message) => {
    await expect(trained(more)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });

  it('goes on from the champion where it can, else trains anew', async () => {
    const few = { trees: 30, depth: 3, seed: 1 };
    const first = await trained(few);
    const sample = newVersion(MODEL);
    const { version } = await bench().registry.registerVersion(
      'first/register',
      { ...sample, manifest: first.ref, content: first.manifest },
      'test',
      'a champion',
    );
    await bench().registry.transition({
      model: MODEL,
      number: 1,
      version,
      sinceAsOf: '2011-07-01T00:00:00Z',
      ledger: {
        model: MODEL,
        key: `transition/${MODEL}/1`,
        at: '2011-07-01T00:00:00Z',
        asOf: '2011-07-01T00:00:00Z',
        actor: 'test',
        action: 'promoted',
        from: null,
        to: version,
        reason: 'test',
        evidence: {},
      },
    });
    const next = await trained({ ...few, warmStart: true }, await bench().put(weatherTable()));
    expect(next.manifest.hyperparameters).toMatchObject({ warmStart: true });
    expect(await maeOn(next.manifest)).toBeLessThan(await maeOn(first.manifest));
    const again = await trained({ ...few, warmStart: true }, await bench().put(weatherTable()));
    expect(again.manifest.onnx.sha256).toBe(next.manifest.onnx.sha256);

    const forest = await trained({ algorithm: 'random-forest', trees: 5, warmStart: true });
    expect(forest.manifest.hyperparameters).not.toHaveProperty('warmStart');
  });
});

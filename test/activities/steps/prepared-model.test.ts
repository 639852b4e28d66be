import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactRef, StepOutputs } from '../../../contracts/index.js';
import { readTable } from '../../../storage/tabular/index.js';
import { createWorld, type World } from '../../models/serving/serving-fixture.js';
import { PYTHON_NOTE, runPython, WITHOUT_PYTHON } from '../../python/python.js';
import { eventually } from '../../support/eventually.js';
import { runSteps } from '../../support/run-steps.js';

const EXAMPLE = resolve(import.meta.dirname, '../../../pipelines/examples/bike-features');
const ORACLE = resolve(import.meta.dirname, '../../python/prepared_oracle.py');
const MODEL = 'bike-days';

/**
 * The example whose columns are aggregated, constructed, filled in, scaled and selected: every step's
 * own work, from the file to the answers of a gateway.
 */
describe.skipIf(WITHOUT_PYTHON)(`a model of prepared columns${PYTHON_NOTE}`, () => {
  let world: World;
  let gateway = '';
  let outputs: ReadonlyMap<string, StepOutputs>;
  const cleanUps: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    world = await createWorld((work) => cleanUps.push(work));
    const file = join(EXAMPLE, 'bike-features.yaml');
    const run = { text: readFileSync(file, 'utf8'), baseDirectory: EXAMPLE };
    outputs = await runSteps(world, run, (work) => cleanUps.push(work));
    await world.promote(MODEL, 1);
    gateway = (await world.gateway()).address;
    await eventually(async () => {
      expect((await fetch(`${gateway}/v2/models/${MODEL}/ready`)).status).toBe(200);
    });
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const pathOf = (step: string, artifact: string) => {
    const ref = outputs.get(step)?.artifacts[artifact];
    if (ref === undefined) throw new Error(`${step} has no ${artifact}`);
    return world.artifacts.localPath(ref);
  };

  /** Days of the hold-out as a client sends them: raw, by name. */
  async function rawDays() {
    const table = await readTable(await pathOf('split', 'holdout'), { format: 'parquet' });
    return Array.from({ length: table.rows }, (_, row) =>
      Object.fromEntries(
        table.columns
          .filter(({ name, kind }) => name !== 'rentals' && kind !== 'timestamp')
          .map(({ name, kind, values }) => {
            const value = values[row] ?? null;
            if (typeof value === 'string' || value === null) return [name, value];
            if (Number.isNaN(value)) return [name, null];
            return [name, kind === 'boolean' ? value === 1 : value];
          }),
      ),
    );
  }

  async function ask(rows: readonly object[]): Promise<readonly number[]> {
    const response = await fetch(`${gateway}/models/${MODEL}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dataframe_records: rows }),
    });
    const body = (await response.json()) as { predictions: number[] };
    expect({ status: response.status, body }).toMatchObject({ status: 200 });
    return body.predictions;
  }

  /** Only what the signature names: a request with an unknown field is refused. */
  async function knownFields(rows: readonly Readonly<Record<string, unknown>>[]) {
    const version = await world.registry.version(MODEL, 1);
    const names = version?.content.signature.inputs.map(({ name }) => name) ?? [];
    return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
  }

  it('has the signature of the raw columns that it needs, and nothing that was made of them', async () => {
    const version = await world.registry.version(MODEL, 1);
    const names = version?.content.signature.inputs.map(({ name }) => name) ?? [];
    const selected = outputs.get('select')?.values['selected'] as readonly string[];
    expect(selected).toHaveLength(12);
    expect(new Set(selected.map((name) => name.split('=')[0]))).toEqual(new Set(names));
    expect(version?.content.trainingData).toEqual(outputs.get('split')?.artifacts['data']);
  });

  it('answers raw rows as scikit-learn does with all of its steps, to a millionth', async () => {
    const rows = await knownFields(await rawDays());
    const answers = await ask(rows);
    const { code, stdout, stderr } = await runPython([
      ORACLE,
      await pathOf('split', 'data'),
      await pathOf('split', 'holdout'),
      '12',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const expected = JSON.parse(stdout) as readonly number[];
    expect(answers).toHaveLength(expected.length);
    const differences = answers.map((answer, row) => {
      const right = expected[row] ?? Number.NaN;
      return Math.abs(answer - right) / Math.max(1, Math.abs(right));
    });
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-6);
  });

  it('fills in what a row does not bring by what training knew, whatever the other rows are', async () => {
    const rows = await knownFields((await rawDays()).slice(0, 3));
    const [first, second] = rows.map((row) => ({ ...row, rentals_before: null }));
    const [alone] = await ask([first ?? {}]);
    const together = await ask([first ?? {}, second ?? {}]);
    // A matrix of one row is multiplied in another order: the last bit may differ.
    expect((together[0] ?? 0) / (alone ?? 1)).toBeCloseTo(1, 6);
  });

  it('takes what the selection left out as well, which changes no answer', async () => {
    const version = await world.registry.version(MODEL, 1);
    const { inputs = [], context = [] } = version?.content.signature ?? {};
    const unused = context.flatMap(({ name, role }) => (role === 'unused' ? [name] : []));
    expect(unused.length).toBeGreaterThan(0);
    expect(inputs.filter(({ name }) => unused.includes(name))).toEqual([]);
    const raw = (await rawDays()).slice(0, 3);
    const known = await knownFields(raw);
    const whole = known.map((row, index) => ({
      ...row,
      ...Object.fromEntries(unused.map((name) => [name, raw[index]?.[name]])),
    }));
    expect(await ask(whole)).toEqual(await ask(known));
  });

  it('says what each of its stages has learned, and that it was from the training data', async () => {
    const text = readFileSync(await pathOf('select', 'fitted'), 'utf8');
    const fitted = JSON.parse(text) as { raw: ArtifactRef; stages: { kind: string }[] };
    expect(fitted.raw).toEqual(outputs.get('split')?.artifacts['data']);
    expect(fitted.stages.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['fillNumbers', 'fillText', 'scale', 'log', 'oneHot', 'drop']),
    );
  });
});

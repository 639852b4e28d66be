import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../../activities/steps/evaluate.js';
import { train } from '../../../activities/steps/train.js';
import { validate } from '../../../activities/steps/validate.js';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  type Metrics,
  type MonitorSpec,
  type TrainedManifest,
} from '../../../contracts/index.js';
import { compilePipeline } from '../../../pipelines/index.js';
import { PYTHON, PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';
import { NOT_INPUTS, weatherTable } from '../../python/weather-table.js';
import { MODEL, type StepOptions, stepsBench } from './steps-bench.js';

const bench = stepsBench();

let data: ArtifactRef;
let holdout: ArtifactRef;

const trainInputs = (more: object = {}) => ({
  data,
  target: 'rentals',
  algorithm: 'decision-tree',
  exclude: NOT_INPUTS.filter((name) => name !== 'rentals'),
  ...more,
});

async function trainModel(more: object = {}): Promise<ArtifactRef> {
  const { outputs } = await bench().work('train', train, trainInputs(more));
  return required(outputs.artifacts['model']);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there');
  return value;
}

const manifestOf = (ref: ArtifactRef) => bench().artifacts.readJson<TrainedManifest>(ref);

describe.skipIf(WITHOUT_PYTHON)(`train and evaluate${PYTHON_NOTE}`, () => {
  let good: ArtifactRef;
  let bad: ArtifactRef;

  beforeAll(async () => {
    const table = await bench().put(weatherTable());
    const { outputs } = await bench().work('validate', validate, { data: table, expect: [] });
    data = required(outputs.artifacts['data']);
    holdout = required(outputs.artifacts['holdout']);
    good = await trainModel();
    bad = await trainModel({ corruptLabels: 0.8 });
  });

  describe('train', () => {
    it('stores a manifest with the graph, its signature and its lineage', async () => {
      const { outputs } = await bench().work('train', train, trainInputs());
      const ref = required(outputs.artifacts['model']);
      expect(ref.mediaType).toBe(MEDIA_TYPE.model);
      expect(outputs.metrics).toEqual({
        trainingMae: expect.any(Number),
        trainingRmse: expect.any(Number),
      });
      const manifest = await manifestOf(ref);
      expect(manifest).toMatchObject({
        format: 'millrace-model/1',
        task: 'regression',
        algorithm: 'decision-tree',
        hyperparameters: { depth: 10 },
        target: 'rentals',
        seed: 42,
        onnx: { mediaType: MEDIA_TYPE.onnx },
        trainingData: data,
        trainingRows: 240,
        timeColumn: 'hour',
        parity: { rows: 340 },
        evaluation: null,
      });
      expect(manifest.environment['scikit-learn']).toMatch(/^\d+\.\d+/);
      expect(await bench().artifacts.has(manifest.onnx)).toBe(true);
    });

    it('gives the same model for the same input', async () => {
      expect(await trainModel()).toEqual(good);
      expect((await manifestOf(bad)).hyperparameters).toMatchObject({ corruptLabels: 0.8 });
    });

    it('names what Python refuses as InvalidInput', async () => {
      await expect(trainModel({ target: 'rental' })).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining('no column rental; did you mean rentals?'),
      });
    });

    it.each([
      [
        'ModelParityFailed',
        'import sys; print("ModelParityFailed: on 3 of 9 rows", file=sys.stderr); sys.exit(70)',
        'the exported model does not answer as the trained one: on 3 of 9 rows',
      ],
      ['EnvironmentMissing', 'import sklearn_that_is_not_there', 'Python lacks a library'],
      ['StepProcessFailed', 'raise RuntimeError("out of luck")', 'out of luck'],
      [
        'StepContractBroken',
        'from millrace_step import step\nstep.finish()',
        'without handing on a whole model',
      ],
    ])('tells %s by how the program ends', async (type, program, message) => {
      const directory = await mkdtemp(join(bench().base, 'python-'));
      await writeFile(join(directory, 'train.py'), program);
      await expect(
        bench().work('train', train, trainInputs(), { python: { directory } }),
      ).rejects.toMatchObject({ type, message: expect.stringContaining(message) });
    });

    it('says what to do where there is no Python', async () => {
      const python = { executable: `${PYTHON}-that-is-not-there` };
      await expect(bench().work('train', train, trainInputs(), { python })).rejects.toMatchObject({
        type: 'EnvironmentMissing',
        hint: 'run `millrace setup`',
      });
    });
  });

  describe('evaluate', () => {
    const run = (inputs: object, options: StepOptions = {}) =>
      bench().work('evaluate', evaluate, { holdout, target: 'rentals', ...inputs }, options);

    it('measures on the hold-out and writes it into the manifest', async () => {
      const { outputs, gate } = await run({ models: good });
      expect(gate).toBeNull();
      expect(Object.keys(outputs.metrics).sort()).toEqual(['mae', 'mape', 'r2', 'rmse']);
      expect(outputs.values).toMatchObject({ bestIndex: 0, primaryMetric: 'mae', rows: 60 });
      const { evaluation, onnx } = await manifestOf(required(outputs.artifacts['best']));
      expect(onnx).toEqual((await manifestOf(good)).onnx);
      expect(evaluation).toEqual({
        holdout,
        rows: 60,
        metrics: outputs.metrics,
        champion: null,
        gate: null,
      });
    });

    it('picks the best of several by the primary metric, whichever way is better', async () => {
      for (const primaryMetric of [undefined, 'rmse', 'r2']) {
        const { outputs } = await run({ models: [bad, good], primaryMetric });
        expect(outputs.values['bestIndex']).toBe(1);
        const [first, second] = outputs.values['candidates'] as readonly Metrics[];
        expect(second?.['mae']).toBeLessThan(first?.['mae'] ?? 0);
        expect(outputs.metrics).toEqual(second);
      }
    });

    it('asks the gate, and notes an override only where it was needed', async () => {
      const gate = 'metrics.mae <= params.limit';
      const passed = await run(
        { models: good },
        { gate, params: { limit: 1e9 }, gateOverride: 'not needed' },
      );
      expect(passed.gate).toMatchObject({ passed: true });
      expect(passed.gate).not.toHaveProperty('overrideReason');
      const refused = await run({ models: good }, { gate, params: { limit: 0 } });
      expect(refused.gate).toMatchObject({
        passed: false,
        values: { 'metrics.mae': refused.outputs.metrics['mae'], 'params.limit': 0 },
      });
      const options = { gate, params: { limit: 0 }, gateOverride: 'drill' };
      const overridden = await run({ models: good }, options);
      expect(overridden.gate).toMatchObject({ passed: false, overrideReason: 'drill' });
      const best = await manifestOf(required(overridden.outputs.artifacts['best']));
      expect(best.evaluation?.gate).toEqual(overridden.gate);
    });

    it('refuses a gate that reads what is not there', async () => {
      const { gate } = await run({ models: good }, { gate: 'metrics.mae <= champion.mae' });
      expect(gate).toMatchObject({
        passed: false,
        reason: expect.stringContaining('champion.mae'),
      });
    });

    it.each([
      ['a model of another target', () => ({ models: good, target: 'band' }), 'predicts rentals'],
      ['data in place of a model', () => ({ models: data }), 'not a model'],
      ['no model', () => ({}), 'with.models is missing'],
      ['a metric of another task', () => ({ models: good, primaryMetric: 'f1' }), 'no metric f1'],
    ])('refuses %s', async (_, inputs, message) => {
      await expect(run(inputs())).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(message),
      });
    });

    it('refuses a hold-out that lacks what the model takes', async () => {
      const { columns, ...rest } = weatherTable(30);
      const kept = columns.filter(({ name }) => name !== 'weather');
      const other = await bench().put({ ...rest, columns: kept });
      await expect(run({ models: good, holdout: other })).rejects.toMatchObject({
        type: 'InvalidInput',
        message: 'the table does not fit the model: column weather is missing',
      });
    });

    it('measures the champion on the same rows', async () => {
      await promote(good, 1);
      const gate = '!has(champion.mae) || metrics.mae <= champion.mae';
      const worse = await run({ models: bad }, { gate });
      expect(worse.gate?.passed).toBe(false);
      const alone = await run({ models: good }, { gate });
      expect(alone.gate?.passed).toBe(true);
      expect(alone.outputs.values['champion']).toEqual({
        version: 1,
        metrics: alone.outputs.metrics,
      });
    });

    it('compares row by row, beyond chance', async () => {
      await promote(bad, 2);
      const better = await run({ models: good });
      expect(better.outputs.values['comparison']).toMatchObject({
        champion: 2,
        loss: 'mae',
        confidence: 0.95,
        recent: { rows: 60, difference: { high: expect.any(Number) } },
        older: null,
        verdict: 'better',
      });
      const best = await manifestOf(required(better.outputs.artifacts['best']));
      expect(best.evaluation?.comparison).toEqual(better.outputs.values['comparison']);
      const same = await run({ models: bad });
      expect(same.outputs.values['comparison']).toMatchObject({
        recent: { difference: { mean: 0, low: 0, high: 0 } },
        verdict: 'unproven',
      });
    });

    it('goes on without the numbers of a champion that cannot be compared, and says why', async () => {
      await promote(await trainModel({ target: 'level', exclude: ['rentals', 'station'] }), 3);
      const { outputs, gate } = await run(
        { models: good },
        { gate: '!has(champion.mae) || metrics.mae <= champion.mae' },
      );
      expect(gate?.passed).toBe(true);
      expect(outputs.values['champion']).toEqual({ version: 3, metrics: {} });
      const warning = bench().logged.findLast(({ level }) => level === 40);
      expect(warning?.msg).toBe(
        'the champion cannot be compared on this hold-out: it predicts level, not rentals; it is a classification',
      );
    });
  });

  it('lets requests leave out what it is told they may, and refuses a column it does not learn from', async () => {
    const inputs = async (more: object) =>
      (await manifestOf(await trainModel(more))).signature.inputs;
    const complete = (await inputs({})).find(({ nullable }) => !nullable);
    const name = complete?.name ?? '';
    const optional = (await inputs({ optional: [name] })).find((input) => input.name === name);
    expect(optional).toEqual({ ...complete, nullable: true });
    await expect(trainModel({ optional: ['rentals'] })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('optional: rentals is not learned from'),
    });
  });

  it('measures a classification, with the positive class of a boolean', async () => {
    const model = await trainModel({
      target: 'busy',
      exclude: NOT_INPUTS.filter((name) => name !== 'busy'),
    });
    const inputs = { models: model, holdout, target: 'busy' };
    const { outputs } = await bench().work('evaluate', evaluate, inputs);
    expect(outputs.values['primaryMetric']).toBe('f1');
    expect(outputs.metrics['accuracy']).toBeGreaterThan(0.7);
    expect(outputs.metrics['rocAuc']).toBeGreaterThan(0.7);
    expect(outputs.metrics).toHaveProperty('logLoss');

    const ask = async (gate: string, rows: ArtifactRef) => {
      const given = { ...inputs, holdout: rows };
      return (await bench().work('evaluate', evaluate, given, { gate, monitor: WATCHED })).gate;
    };
    const fair = 'fairness.unfair == 0 && fairness.working_day.demographicParity.difference <= 0.9';
    expect(await ask(fair, data)).toMatchObject({
      values: {
        'fairness.unfair': expect.any(Number),
        'fairness.working_day.demographicParity.difference': expect.any(Number),
      },
    });
    // The hold-out has too few rows of a weekend: what cannot be told does not pass.
    expect(await ask(fair, holdout)).toMatchObject({
      passed: false,
      reason: expect.stringMatching(
        /^fairness.unfair is missing \(demographicParity over working_day cannot be told: fewer than two groups/,
      ),
    });
  });

  it('lets a gate read the slices of the monitor, and refuses where one is empty', async () => {
    const ask = async (gate: string) => {
      const inputs = { models: good, holdout, target: 'rentals' };
      return (await bench().work('evaluate', evaluate, inputs, { gate, monitor: WATCHED })).gate;
    };
    const told = await ask('slices.night.mae <= 1000 && slices["late evening"].rows >= 1');
    expect(told).toMatchObject({ passed: true });
    expect(told?.values['slices.night.mae']).toBeGreaterThan(0);
    expect(await ask('slices.night.mae <= 0')).toMatchObject({ passed: false });
    expect(await ask('slices.nowhere.mae <= 1000')).toMatchObject({
      passed: false,
      reason: 'slices.nowhere.mae is missing (no labelled row of the hold-out is in the slice)',
    });
    expect(await ask('slices.misspelt.rows >= 0')).toMatchObject({
      passed: false,
      reason: 'slices.misspelt.rows is missing (the hold-out has no column wether)',
    });
    expect(await ask('fairness.unfair == 0')).toMatchObject({
      passed: false,
      reason: expect.stringContaining('only the answers of a classification'),
    });
  });
});

/** What gates read of it: a criterion and some slices. */
const WATCHED: MonitorSpec = {
  ...specOf(),
  fairness: [{ column: 'working_day', criterion: 'demographicParity' }],
  slices: [
    { name: 'night', where: [{ column: 'hour_of_day', to: 6 }] },
    { name: 'late evening', where: [{ column: 'hour_of_day', from: 20 }] },
    { name: 'nowhere', where: [{ column: 'weather', values: ['hail'] }] },
    { name: 'misspelt', where: [{ column: 'wether', values: ['hail'] }] },
  ],
};

function specOf(): MonitorSpec {
  const text = `apiVersion: millrace/v1\nname: watched\nmodel: bikes\nsteps: {a: {uses: noop}}\nmonitor: {time: hour, window: {every: 1d}}\n`;
  const compiled = compilePipeline(text, { file: 'watched.yaml', baseDirectory: '/' });
  const monitor = compiled.ok ? compiled.plan.monitor : null;
  if (monitor === null) throw new Error(JSON.stringify(compiled));
  return monitor;
}

async function promote(manifest: ArtifactRef, number: number): Promise<void> {
  const { registry } = bench();
  const asOf = '2011-07-01T00:00:00Z';
  const { version } = await registry.registerVersion(
    `effect-${number}`,
    {
      model: MODEL,
      manifest,
      content: await manifestOf(manifest),
      profile: null,
      runId: 'run',
      plan: manifest,
      planHash: 'plan',
      baseDirectory: bench().base,
      params: {},
      monitor: null,
      asOf,
    },
    'test',
    'test',
  );
  await registry.transition({
    model: MODEL,
    number,
    version,
    sinceAsOf: asOf,
    ledger: {
      model: MODEL,
      key: `transition/${number}`,
      at: asOf,
      asOf,
      actor: 'test',
      action: 'promoted',
      from: null,
      to: version,
      reason: 'test',
      evidence: {},
    },
  });
}

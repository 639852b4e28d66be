import { describe, expect, test } from 'vitest';
import type { PredictionRecord, ShadowRecord } from '../../../contracts/index.js';
import type { ArmQuestion } from '../../../models/predictions/ports.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, temporaryDirectory } from './log-fixture.js';

const ROUTE = 7;
const question = (over: Partial<ArmQuestion> = {}): ArmQuestion => ({
  model: MODEL,
  route: ROUTE,
  sinceMs: 0,
  losses: ['mae'],
  business: [],
  classes: [],
  ...over,
});

/** Rows that a version answered by a route, each with a prediction and what else is given. */
function answered(
  version: number,
  predictions: readonly PredictionRecord['prediction'][],
  over: Partial<PredictionRecord> = {},
): readonly PredictionRecord[] {
  return request(predictions.length, { version, route: ROUTE }).map((record, row) => ({
    ...record,
    prediction: predictions[row] ?? 0,
    ...over,
  }));
}

async function logOf() {
  const directory = await temporaryDirectory();
  return {
    writer: openLog(directory).writer(MODEL),
    reader: createPredictionReader(directory),
  };
}

describe('the arms of a route', () => {
  test('are nothing without a log', async () => {
    const { reader } = await logOf();
    expect(await reader.arms(question())).toEqual([]);
    expect(await reader.shadow(question())).toEqual([]);
  });

  test('are the rows that it answered, with the losses of those that have a label', async () => {
    const { writer, reader } = await logOf();
    const one = answered(1, [10, 10, 10]);
    const two = answered(2, [20, 20]);
    const before = answered(2, [5], { route: 6 });
    await writer.append([...one, ...two, ...before]);
    const labelled = [one[0], one[1], two[0], before[0]].map((record) => record?.id ?? '');
    await writer.appendLabels(labelled.map((id) => label(id, 12)));
    expect(await reader.arms(question())).toEqual([
      { version: 1, metric: '', rows: 3, mean: 0, variance: 0, ends: [0, 0] },
      { version: 1, metric: 'mae', rows: 2, mean: 2, variance: 0, ends: [2, 2] },
      { version: 2, metric: '', rows: 2, mean: 0, variance: 0, ends: [0, 0] },
      { version: 2, metric: 'mae', rows: 1, mean: 8, variance: 0, ends: [8, 8] },
    ]);
  });

  test('have the losses of a classification by the probability of the class that came', async () => {
    const { writer, reader } = await logOf();
    const rows = answered(1, ['high', 'low'], { probabilities: [0.25, 0.75] });
    await writer.append(rows);
    await writer.appendLabels(rows.map(({ id }) => label(id, 'high')));
    const losses = ['accuracy', 'brierScore', 'logLoss'];
    const found = await reader.arms(question({ losses, classes: ['low', 'high'] }));
    expect(found.map(({ metric, mean }) => [metric, mean])).toEqual([
      ['', 0],
      ['accuracy', 0.5],
      ['brierScore', 0.0625],
      ['logLoss', expect.closeTo(-Math.log(0.75), 12)],
    ]);
  });

  test('have the Brier score of more than two classes from all their probabilities', async () => {
    const { writer, reader } = await logOf();
    const classes = ['low', 'mid', 'high'];
    const rows = answered(1, ['high', 'low'], { probabilities: [0.2, 0.3, 0.5] });
    await writer.append(rows);
    await writer.appendLabels(rows.map(({ id }) => label(id, 'high')));
    await writer.appendShadows(
      rows.map(({ id }) => ({
        id,
        model: MODEL,
        version: 2,
        at: '2011-02-01T00:00:00.000Z',
        route: ROUTE,
        latencyMs: 2,
        prediction: 'mid',
        probabilities: [0, 1, 0],
      })),
    );
    const asked = question({ losses: ['brierScore'], classes });
    const [, arm] = await reader.arms(asked);
    expect(arm?.mean).toBeCloseTo(0.2 ** 2 + 0.3 ** 2 + 0.5 ** 2, 12);
    const shadow = (await reader.shadow(asked)).find(({ metric }) => metric === 'brierScore');
    expect(shadow?.champion.mean).toBeCloseTo(0.38, 12);
    expect(shadow?.challenger.mean).toBe(2);
  });

  test('are read row by row, in their order, with the places of the classes', async () => {
    const { writer, reader } = await logOf();
    const rows = answered(1, ['high', 'low', 'low'], { probabilities: [0.25, 0.75] });
    const other = answered(2, ['low'], { probabilities: [0.5, 0.5] });
    await writer.append([...rows, ...other]);
    const labelled = [...rows.slice(0, 2), ...other].map(({ id }) => label(id, 'high'));
    await writer.appendLabels([...labelled, label(rows[2]?.id ?? '', 'unheard of')]);
    const found = await reader.armRows(question({ losses: [], classes: ['low', 'high'] }));
    expect(
      found.map(({ version, labels, predictions }) => ({
        version,
        labels: [...labels],
        predictions: [...predictions],
      })),
    ).toEqual([
      { version: 1, labels: [1, 1, -1], predictions: [1, 0, 0] },
      { version: 2, labels: [1], predictions: [0] },
    ]);
    expect([...(found[1]?.probabilities ?? [])]).toEqual([0.5, 0.5]);
  });

  test('have what their predictions were worth, the newest value of each', async () => {
    const { writer, reader } = await logOf();
    const [row] = answered(2, [1]);
    await writer.append(row === undefined ? [] : [row]);
    const id = row?.id ?? '';
    const at = (day: number) => `2011-02-0${day}T00:00:00.000Z`;
    await writer.appendBusiness([
      { id, model: MODEL, at: at(1), metrics: { revenue: 5, other: 1 } },
      { id, model: MODEL, at: at(2), metrics: { revenue: 7 } },
    ]);
    const found = await reader.arms(question({ losses: [], business: ['revenue'] }));
    expect(found).toContainEqual({
      version: 2,
      metric: 'business.revenue',
      rows: 1,
      mean: 7,
      variance: 0,
      ends: [7, 7],
    });
  });
});

describe('a shadow', () => {
  const said = (id: string, over: Partial<ShadowRecord>): ShadowRecord => ({
    id,
    model: MODEL,
    version: 2,
    at: '2011-02-01T00:00:00.000Z',
    route: ROUTE,
    latencyMs: 2,
    prediction: 10,
    ...over,
  });

  test('is set against what was answered, row by row', async () => {
    const { writer, reader } = await logOf();
    const rows = answered(1, [10, 10, 10, 10]);
    const ids = rows.map(({ id }) => id);
    await writer.append(rows);
    await writer.appendShadows([
      said(ids[0] ?? '', { prediction: 10 }),
      said(ids[1] ?? '', { prediction: 11 }),
      said(ids[2] ?? '', { prediction: null, error: 'it failed' }),
      said(ids[3] ?? '', { prediction: 50, route: 6 }),
    ]);
    await writer.appendLabels(ids.map((id) => label(id, 10)));
    const found = await reader.shadow(question());
    const by = (metric: string) => found.find((item) => item.metric === metric);
    expect(by('')?.challenger.rows).toBe(2);
    expect(by('failed')?.challenger).toMatchObject({ rows: 3, mean: expect.closeTo(1 / 3, 12) });
    expect(by('disagreement')?.challenger).toMatchObject({
      rows: 2,
      mean: expect.closeTo(0.05, 12),
    });
    expect(by('latencyMs')?.challenger.mean).toBeCloseTo(Math.log(2), 12);
    const { champion, challenger } = await reader.shadowRows(question());
    expect([...champion.predictions, ...challenger.predictions]).toEqual([10, 10, 10, 11]);
    expect(by('mae')).toMatchObject({
      champion: { rows: 2, mean: 0, ends: [0, 0] },
      challenger: { rows: 2, mean: 0.5, ends: [0, 1] },
      difference: { rows: 2, mean: 0.5, variance: 0.5 },
    });
  });

  test('of a classification disagrees where it names another class', async () => {
    const { writer, reader } = await logOf();
    const rows = answered(1, ['low', 'high'], { probabilities: [0.5, 0.5] });
    await writer.append(rows);
    const probabilities = [0.9, 0.1];
    await writer.appendShadows(
      rows.map(({ id }) => said(id, { prediction: 'low', probabilities })),
    );
    const found = await reader.shadow(question({ losses: [], classes: ['low', 'high'] }));
    expect(found.find(({ metric }) => metric === 'disagreement')?.challenger.mean).toBe(0.5);
  });
});

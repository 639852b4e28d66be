import { describe, expect, test } from 'vitest';
import { LOG_COLUMN } from '../../../../models/predictions/ports.js';
import { newRequestUuid } from '../../../../models/predictions/prediction-id.js';
import { createPredictionReader } from '../../../../models/predictions/prediction-reader.js';
import {
  CLASSIFIED,
  createWorld,
  oneRow,
  post,
  servingLinear,
  sharedWorld,
  untilServed,
  type World,
} from '../serving-fixture.js';

let world: World;
let url: string;

sharedWorld(async (cleanUp) => {
  const serving = await servingLinear({}, cleanUp);
  ({ world, url } = serving);
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  await untilServed(serving.gateway, CLASSIFIED, 1);
});

async function predict(rows: number, value = 1): Promise<readonly string[]> {
  const records = Array.from({ length: rows }, () => ({ a: value, b: 0 }));
  const { body } = await post(`${url}/models/bike-demand/invocations`, {
    dataframe_records: records,
  });
  return body.prediction_ids;
}

async function classify(): Promise<string> {
  const { body } = await post(`${url}/models/${CLASSIFIED}/invocations`, { inputs: { a: [1] } });
  return body.prediction_ids[0];
}

const send = (labels: readonly object[], extra: object = {}) =>
  post(`${url}/labels`, { labels, ...extra });

/** Labels of the log by their prediction's input, which the tests make distinct. */
async function labelOf(a: number): Promise<unknown> {
  const inputs = [{ name: 'a', kind: 'number' }] as const;
  const [window] = await createPredictionReader(world.home.predictionsDir).window(
    'bike-demand',
    { start: '1970-01-01', end: '2200-01-01' },
    inputs,
  );
  const column = (name: string) => window?.table.columns.find((one) => one.name === name)?.values;
  return column(LOG_COLUMN.label)?.[[...(column('a') ?? [])].indexOf(a)];
}

describe('labels that are known', () => {
  test('are in the log once they are acknowledged', async () => {
    const [id] = await predict(1, 101);
    const { status, body } = await send([{ id, label: 42.5 }]);
    expect([status, body]).toEqual([200, { accepted: 1, unknown: [] }]);
    expect(await labelOf(101)).toBe(42.5);
  });

  test('may be given for a whole request of one row, in any case of letters', async () => {
    const [id = ''] = await predict(1, 102);
    const uuid = id.slice(0, 36).toUpperCase();
    expect((await send([{ id: uuid, label: 7 }])).status).toBe(200);
    expect(await labelOf(102)).toBe(7);
  });

  test('replace earlier ones, within a request and between requests', async () => {
    const [id] = await predict(1, 103);
    await send([
      { id, label: 1 },
      { id, label: 2 },
    ]);
    expect(await labelOf(103)).toBe(2);
    await send([{ id, label: 3 }]);
    expect(await labelOf(103)).toBe(3);
  });

  test('come in bulk', async () => {
    const ids = await predict(10_000, 104);
    const { status, body } = await send(ids.map((id, label) => ({ id, label })));
    expect([status, body]).toEqual([200, { accepted: 10_000, unknown: [] }]);
  });

  test('of several models come together', async () => {
    const labels = [
      { id: (await predict(1))[0], label: 1 },
      { id: await classify(), label: 'high' },
    ];
    expect((await send(labels)).body).toEqual({ accepted: 2, unknown: [] });
  });

  test('come late: after a restart on another port, and without the model served', async () => {
    const other = await createWorld();
    await other.promote('bike-demand', await other.register('bike-demand', 'linear'));
    const first = await other.gateway();
    await untilServed(first, 'bike-demand', 1);
    const infer = `${first.address}/v2/models/bike-demand/infer`;
    const id = (await post(infer, oneRow(1))).body.parameters.prediction_id;
    await first.close();
    await other.promote('bike-demand', null);
    const second = await other.gateway();
    const { status, body } = await post(`${second.address}/labels`, { labels: [{ id, label: 1 }] });
    expect([status, body]).toEqual([200, { accepted: 1, unknown: [] }]);
    const wrong = await post(`${second.address}/labels`, { labels: [{ id, label: 'x' }] });
    expect(wrong.status).toBe(400);
  });
});

describe('ids that were never given', () => {
  const stranger = `${newRequestUuid()}/0`;

  test('are listed, and the known ones are kept', async () => {
    const [id = ''] = await predict(1, 105);
    const row = `${id.slice(0, 36)}/1`;
    const { status, body } = await send([
      { id: stranger, label: 1 },
      { id, label: 5 },
      { id: row, label: 1 },
      { id: 'nonsense', label: 1 },
      { id: stranger, label: 2 },
    ]);
    expect(status).toBe(207);
    expect(body).toMatchObject({ accepted: 1, unknown: [stranger, row, 'nonsense'] });
    expect(body.error).toMatch(/3 of the ids are in no log that gateways keep here/);
    expect(await labelOf(105)).toBe(5);
  });

  test('alone are a 404', async () => {
    const { status, body } = await send([{ id: stranger, label: 1 }]);
    expect([status, body.accepted, body.unknown]).toEqual([404, 0, [stranger]]);
  });

  test('include those of another model than the one named', async () => {
    const id = await classify();
    expect((await send([{ id, label: 'high' }], { model: 'bike-demand' })).status).toBe(404);
    expect((await send([{ id, label: 'high' }], { model: CLASSIFIED })).status).toBe(200);
    expect((await send([{ id, label: 'high' }], { model: '../registry' })).status).toBe(404);
  });
});

describe('a label of the wrong kind refuses the whole request', () => {
  test('and nothing of it is kept', async () => {
    const ids = await predict(2, 106);
    const { status, body } = await send([
      { id: ids[0], label: 1 },
      { id: ids[1], label: 'many' },
    ]);
    expect(status).toBe(400);
    expect(body.error).toBe(
      `the label "many" of ${ids[1]} does not fit rentals of model bike-demand, which is a number; ` +
        'nothing of this request was kept: mend it and send all of it again',
    );
    expect(await labelOf(106)).toBe(Number.NaN);
  });

  test.each([
    ['no list', {}, /labels: /],
    ['no id', { labels: [{ label: 1 }] }, /labels\[0\]\.id: /],
    ['no label', { labels: [{ id: 'x' }] }, /labels\[0\]\.label: /],
    ['a null label', { labels: [{ id: 'x', label: null }] }, /label: must be a number, text, true/],
    ['an unknown key', { labels: [], modell: 'x' }, /modell/],
  ])('%s', async (_, body, message) => {
    const answer = await post(`${url}/labels`, body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test('no labels are no error', async () => {
    expect((await send([])).body).toEqual({ accepted: 0, unknown: [] });
  });
});

import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../../gateway.js';
import { parseCsv } from '../../../models/serving/protocols/csv.js';
import {
  CLASSIFIED,
  get,
  post,
  servingLinear,
  sharedWorld,
  untilServed,
  type World,
} from './serving-fixture.js';

let world: World;
let gateway: Gateway;
let url: string;

sharedWorld(async (cleanUp) => {
  ({ world, gateway, url } = await servingLinear({}, cleanUp));
});

const invoke = (body: unknown, type?: string) => post(`${url}/invocations`, body, type);

describe('every form of MLflow scoring gives the same predictions', () => {
  test.each([
    [
      'dataframe_split',
      {
        dataframe_split: {
          columns: ['b', 'a'],
          data: [
            [4, 3],
            [0, 1],
          ],
        },
      },
    ],
    [
      'dataframe_split with an index',
      {
        dataframe_split: {
          index: [0, 1],
          columns: ['a', 'b'],
          data: [
            [3, 4],
            [1, 0],
          ],
        },
      },
    ],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { a: 3, b: 4 },
          { a: 1, b: 0 },
        ],
      },
    ],
    [
      'instances of records',
      {
        instances: [
          { a: 3, b: 4 },
          { a: 1, b: 0 },
        ],
      },
    ],
    [
      'instances of lists',
      {
        instances: [
          [3, 4],
          [1, 0],
        ],
      },
    ],
    ['inputs by column', { inputs: { a: [3, 1], b: [4, 0] } }],
    ['inputs by column [N, 1]', { inputs: { a: [[3], [1]], b: [[4], [0]] } }],
    [
      'inputs of lists',
      {
        inputs: [
          [3, 4],
          [1, 0],
        ],
      },
    ],
    [
      'with empty params',
      {
        inputs: [
          [3, 4],
          [1, 0],
        ],
        params: {},
      },
    ],
  ])('%s', async (_, body) => {
    const answer = await invoke(body);
    expect(answer.body).toEqual({
      predictions: [10, 2],
      model_name: 'bike-demand',
      model_version: '1',
      prediction_ids: [expect.stringMatching(/^[0-9a-f-]{36}\/0$/), expect.stringMatching(/\/1$/)],
    });
    expect(answer.headers.get('x-millrace-version')).toBe('1');
    expect(answer.body.prediction_ids[0]).toBe(
      `${answer.headers.get('x-millrace-prediction-id')}/0`,
    );
  });

  test('text/csv, quoted and with CRLF', async () => {
    const csv = '\uFEFF"a",b,hour\r\n"3",4,"2011-07-01 05:00"\r\n1,0,\r\n';
    const { status, body } = await invoke(csv, 'text/csv; charset=utf-8');
    expect([status, body.predictions]).toEqual([200, [10, 2]]);
  });
});

describe('bad input is a 400 that names the place', () => {
  test.each([
    ['no form', {}, /exactly one of dataframe_split, dataframe_records, instances, inputs/],
    ['two forms', { instances: [], inputs: [] }, /exactly one of/],
    ['an unknown key', { dataframe: [] }, /dataframe/],
    [
      'a ragged split',
      { dataframe_split: { columns: ['a', 'b'], data: [[1, 2], [1]] } },
      /dataframe_split\.data\[1\] has 1 values where there are 2 columns/,
    ],
    ['a column twice', { dataframe_split: { columns: ['a', 'a'], data: [[1, 2]] } }, /a twice/],
    ['columns of unequal length', { inputs: { a: [1, 2], b: [1] } }, /inputs\.b has 1 values/],
    [
      'a list of the wrong width',
      {
        instances: [
          [1, 2],
          [1, 2, 3],
        ],
      },
      /row 1 has 3 values/,
    ],
    ['a row that is no record', { dataframe_records: [3] }, /row 0: 3 is not an object/],
    ['a wrong kind', { dataframe_records: [{ a: 1 }, { a: 'x' }] }, /field a of row 1: "x"/],
    [
      'an unknown field',
      { dataframe_records: [{ a: 1, aa: 1 }] },
      /field aa of row 0 is not known/,
    ],
    ['no rows', { dataframe_records: [] }, /no rows/],
    ['params that are a list', { inputs: [[1, 1]], params: [1] }, /params/],
    ['the target among the inputs', { dataframe_records: [{ a: 1, rentals: 1 }] }, /label/],
  ])('%s', async (_, body, message) => {
    const answer = await invoke(body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test.each([
    ['a ragged row', 'a,b\n1,2\n3\n', /row 1 of the CSV has 1 values where there are 2 columns/],
    ['a stray quote', 'a,b\n1,2\n3,4"\n', /line 3 of the CSV has a quote/],
    ['an unclosed quote', 'a,b\n"1,2\n', /line 2 of the CSV has a quote/],
    ['text for a number', 'a,b\nwarm,2\n', /field a of row 0: "warm" is not a number/],
    ['an empty field that is needed', 'a,b\n,2\n', /field a of row 0 is null/],
    ['a header alone', 'a,b\n', /no rows/],
    ['a column twice', 'a,a\n1,2\n', /header of the CSV names a twice/],
    ['nothing', '\n', /no rows/],
  ])('CSV with %s', async (_, body, message) => {
    const answer = await invoke(body, 'text/csv');
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
  'a body of type %s is a 415 that names those accepted',
  async (type) => {
    const { status, body } = await invoke('{"inputs": [[1, 2]]}', type);
    expect(status).toBe(415);
    expect(body.error).toMatch(/is not accepted; send application\/json or text\/csv/);
  },
);

test('CSV is only for invocations', async () => {
  const { status } = await post(`${url}/v2/models/bike-demand/infer`, 'a\n1\n', 'text/csv');
  expect(status).toBe(415);
});

test('health, ping and version', async () => {
  expect((await get(`${url}/ping`)).status).toBe(200);
  expect((await get(`${url}/health`)).status).toBe(200);
  expect((await get(`${url}/version`)).body).toMatch(/^\d+\.\d+\.\d+/);
});

describe('which model', () => {
  test('is named by path, query or header, and must be once there are two', async () => {
    await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
    await untilServed(gateway, CLASSIFIED, 1);
    const body = { inputs: { a: [20] } };

    const unnamed = await invoke(body);
    expect(unnamed.status).toBe(400);
    expect(unnamed.body.error).toMatch(/more than one model is served: bike-demand, demand-class/);

    const byPath = await post(`${url}/models/${CLASSIFIED}/invocations`, body);
    const byQuery = await post(`${url}/invocations?model=${CLASSIFIED}`, body);
    const byHeader = await get(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-millrace-model': CLASSIFIED },
      body: JSON.stringify(body),
    });
    for (const answer of [byPath, byQuery, byHeader]) {
      expect(answer.body).toMatchObject({
        predictions: ['high'],
        probabilities: [[expect.closeTo(0), expect.closeTo(1)]],
        model_name: CLASSIFIED,
      });
    }
    expect((await post(`${url}/invocations?model=nobody`, body)).status).toBe(404);
  });
});

describe('parseCsv', () => {
  test.each([
    ['', []],
    ['a', [['a']]],
    [
      'a,b\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['a\r\n\r\n1\r\n', [['a'], ['1']]],
    ['a\n""\n', [['a'], ['']]],
    ['"x, ""y""\nz",2', [['x, "y"\nz', '2']]],
    [',\n', [['', '']]],
    ['"a",', [['a', '']]],
  ])('%j', (text, records) => {
    expect(parseCsv(text)).toEqual(records);
  });

  test('is linear in a long quoted field', () => {
    const long = 'x""'.repeat(1_000_000);
    expect(parseCsv(`"${long}",1`)[0]?.[0]).toHaveLength(2_000_000);
    expect(() => parseCsv(`"${long}`)).toThrow(/line 1/);
  });
});

import { describe, expect, test } from 'vitest';
import { newRequestUuid } from '../../../../models/predictions/prediction-id.js';
import { createPredictionReader } from '../../../../models/predictions/prediction-reader.js';
import { post, servingLinear, sharedWorld, type World } from '../serving-fixture.js';

let world: World;
let url: string;

sharedWorld(async (cleanUp) => {
  ({ world, url } = await servingLinear({}, cleanUp));
});

/** Predictions of an hour that no other test uses. */
async function predictAt(hour: string, rows: number): Promise<readonly string[]> {
  const records = Array.from({ length: rows }, () => ({ a: 1, b: 0, hour }));
  const { body } = await post(`${url}/models/bike-demand/invocations`, {
    dataframe_records: records,
  });
  return body.prediction_ids;
}

const send = (body: unknown) => post(`${url}/metrics-feedback`, body);

async function businessOf(hour: string) {
  const end = new Date(Date.parse(hour) + 3_600_000).toISOString();
  const reader = createPredictionReader(world.home.predictionsDir);
  const [outcomes] = await reader.outcomes('bike-demand', { start: hour, end });
  return outcomes?.business;
}

test('business metrics are kept by name, one prediction at a time', async () => {
  const hour = '2011-01-01T00:00:00Z';
  const [predictionId] = await predictAt(hour, 1);
  const { status, body } = await send({ predictionId, metrics: { revenue: 12.5, retained: 1 } });
  expect([status, body]).toEqual([200, { accepted: 1, unknown: [] }]);
  expect(await businessOf(hour)).toEqual({
    retained: { count: 1, sum: 1, mean: 1, replaced: 0 },
    revenue: { count: 1, sum: 12.5, mean: 12.5, replaced: 0 },
  });
});

test('in bulk and late, each metric by itself: the last value wins and the others are counted', async () => {
  const hour = '2011-02-01T00:00:00Z';
  const ids = await predictAt(hour, 1_000);
  const metrics = ids.map((predictionId, row) => ({ predictionId, metrics: { revenue: row } }));
  expect((await send({ metrics })).body).toEqual({ accepted: 1_000, unknown: [] });
  await send({ predictionId: ids[0], metrics: { retained: 0 } });
  // The same value again is a message that came twice, no other word on it.
  await send({ metrics: [{ predictionId: ids[0], metrics: { revenue: 0 } }] });
  await send({ metrics: [{ predictionId: ids[1], metrics: { revenue: 500.5 } }] });
  expect(await businessOf(hour)).toEqual({
    retained: { count: 1, sum: 0, mean: 0, replaced: 0 },
    revenue: { count: 1_000, sum: 499_500 - 1 + 500.5, mean: 499.9995, replaced: 1 },
  });
});

test('ids that were never given are named, and the known ones are kept', async () => {
  const hour = '2011-03-01T00:00:00Z';
  const stranger = `${newRequestUuid()}/0`;
  const [predictionId] = await predictAt(hour, 1);
  const metrics = { revenue: -3 };
  const some = await send({
    metrics: [
      { predictionId: stranger, metrics },
      { predictionId, metrics },
    ],
  });
  expect([some.status, some.body.accepted, some.body.unknown]).toEqual([207, 1, [stranger]]);
  expect(some.body.error).toContain(stranger);
  expect((await businessOf(hour))?.['revenue']?.sum).toBe(-3);
  const none = await send({ predictionId: stranger, metrics });
  expect([none.status, none.body.accepted, none.body.unknown]).toEqual([404, 0, [stranger]]);
});

describe('refused as a whole, naming the field', () => {
  const predictionId = 'x';
  const manyNames = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m${i}`, i]));
  test.each([
    [
      'text for a number',
      { predictionId, metrics: { revenue: '12' } },
      /^metrics\.revenue: must be a finite number/,
    ],
    [
      'null for a number',
      { predictionId, metrics: { revenue: null } },
      /^metrics\.revenue: must be a finite/,
    ],
    [
      'a truth for a number',
      { predictionId, metrics: { retained: true } },
      /^metrics\.retained: must be a finite/,
    ],
    [
      'a number past all sense',
      { predictionId, metrics: { revenue: 1e101 } },
      /^metrics\.revenue: must be a finite number, at most 1e\+100/,
    ],
    [
      'a name with a blank',
      { predictionId, metrics: { 'net revenue': 1 } },
      /^metrics: "net revenue" is no name of a metric/,
    ],
    [
      'a name that begins with a digit',
      { predictionId, metrics: { '1st': 1 } },
      /^metrics: "1st" is no name/,
    ],
    ['an empty name', { predictionId, metrics: { '': 1 } }, /^metrics: "" is no name/],
    ['a long name', { predictionId, metrics: { ['x'.repeat(65)]: 1 } }, /is no name of a metric/],
    ['no metric', { predictionId, metrics: {} }, /^metrics: must name 1 to 50 metrics/],
    [
      'too many metrics',
      { predictionId, metrics: manyNames },
      /^metrics: must name 1 to 50 metrics/,
    ],
    ['no metrics at all', { predictionId }, /^metrics: /],
    ['no id', { metrics: { revenue: 1 } }, /^predictionId: /],
    [
      'a wrong entry of a list',
      { metrics: [{ predictionId, metrics: { revenue: 'x' } }] },
      /^metrics\[0\]\.metrics\.revenue: /,
    ],
    ['an unknown key', { predictionId, metrics: { a: 1 }, at: '2011' }, /"at"/],
    ['no object', 'null', /^body: /],
  ])('%s', async (_, body, message) => {
    const answer = await send(body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test.each([
    ['{"predictionId": "x", "metrics": {"revenue": 1e999}}', /^metrics\.revenue: must be a finite/],
    ['{"predictionId": "x", "metrics": {"revenue": NaN}}', /^the body is not JSON/],
    ['{"predictionId": "x", "metrics": {"__proto__": 1}}', /^the body has the key "__proto__"/],
  ])('%s', async (body, message) => {
    const answer = await send(body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });
});

import { describe, expect, test } from 'vitest';
import type { PredictionFeedback } from '../../../../models/predictions/ports.js';
import { newRequestUuid } from '../../../../models/predictions/prediction-id.js';
import { createPredictionReader } from '../../../../models/predictions/prediction-reader.js';
import { post, servingLinear, sharedWorld, type World } from '../serving-fixture.js';

let world: World;
let url: string;

sharedWorld(async (cleanUp) => {
  ({ world, url } = await servingLinear({}, cleanUp));
});

const ALL = { start: '1970-01-01', end: '2200-01-01' };

async function predict(rows: number): Promise<readonly string[]> {
  const records = Array.from({ length: rows }, () => ({ a: 1, b: 0 }));
  const { body } = await post(`${url}/models/bike-demand/invocations`, {
    dataframe_records: records,
  });
  return body.prediction_ids;
}

const send = (body: unknown) => post(`${url}/feedback`, body);

async function feedbackOf(id: string | undefined): Promise<PredictionFeedback | undefined> {
  const reader = createPredictionReader(world.home.predictionsDir);
  return (await reader.feedback('bike-demand', ALL)).find((row) => row.id === id);
}

describe('feedback on a known prediction', () => {
  test('is in the log once it is acknowledged, joined with its prediction', async () => {
    const [predictionId] = await predict(1);
    const { status, body } = await send({
      predictionId,
      thumbs: 'up',
      score: 8.5,
      tag: ' on time ',
    });
    expect([status, body]).toEqual([200, { accepted: 1, unknown: [] }]);
    expect(await feedbackOf(predictionId)).toEqual({
      id: predictionId,
      version: 1,
      eventTimeMs: expect.any(Number),
      prediction: 2,
      thumbs: 'up',
      score: 8.5,
      tag: 'on time',
    });
  });

  test('takes both ends of the score', async () => {
    const ids = await predict(2);
    const feedback = ids.map((predictionId, row) => ({ predictionId, score: row * 10 }));
    expect((await send({ feedback })).body).toEqual({ accepted: 2, unknown: [] });
    expect((await feedbackOf(ids[0]))?.score).toBe(0);
    expect((await feedbackOf(ids[1]))?.score).toBe(10);
  });

  test('may come in parts: a later part replaces the same part, and no other', async () => {
    const [predictionId] = await predict(1);
    await send({ predictionId, thumbs: 'up', tag: 'early' });
    await send({ predictionId, thumbs: 'down' });
    await send({
      feedback: [
        { predictionId, score: 1 },
        { predictionId, score: 2 },
      ],
    });
    expect(await feedbackOf(predictionId)).toMatchObject({
      thumbs: 'down',
      score: 2,
      tag: 'early',
    });
  });

  test('may name the model, and a request of one row by its uuid', async () => {
    const [id = ''] = await predict(1);
    const predictionId = id.slice(0, 36).toUpperCase();
    const { status } = await send({ model: 'bike-demand', predictionId, tag: 'née à Zürich' });
    expect(status).toBe(200);
    expect((await feedbackOf(id))?.tag).toBe('née à Zürich');
    const elsewhere = await send({ model: 'other', predictionId, tag: 'x' });
    expect(elsewhere.status).toBe(404);
  });
});

describe('ids that were never given', () => {
  const stranger = `${newRequestUuid()}/0`;

  test('are named, and the known ones are kept', async () => {
    const [predictionId] = await predict(1);
    const { status, body } = await send({
      feedback: [
        { predictionId: stranger, thumbs: 'up' },
        { predictionId, thumbs: 'up' },
      ],
    });
    expect(status).toBe(207);
    expect(body).toEqual({
      accepted: 1,
      unknown: [stranger],
      error: expect.stringContaining(stranger),
    });
    expect((await feedbackOf(predictionId))?.thumbs).toBe('up');
  });

  test('alone are a 404', async () => {
    const { status, body } = await send({ predictionId: stranger, thumbs: 'up' });
    expect([status, body.accepted, body.unknown]).toEqual([404, 0, [stranger]]);
  });
});

describe('a wrong entry refuses the whole request', () => {
  test('and nothing of it is kept', async () => {
    const [first, second] = await predict(2);
    const { status, body } = await send({
      feedback: [
        { predictionId: first, thumbs: 'up' },
        { predictionId: second, thumbs: 'sideways' },
      ],
    });
    expect(status).toBe(400);
    expect(body.error).toMatch(/^feedback\[1\]\.thumbs: must be "up" or "down"; send /);
    expect(await feedbackOf(first)).toBeUndefined();
  });

  const predictionId = 'x';
  test.each([
    ['thumbs of another type', { predictionId, thumbs: true }, /^thumbs: must be "up" or "down"/],
    ['a score as text', { predictionId, score: '8' }, /^score: must be a number from 0 to 10/],
    ['a score past its range', { predictionId, score: 10.01 }, /^score: must be a number from 0/],
    ['a negative score', { predictionId, score: -1 }, /^score: must be a number from 0 to 10/],
    ['a null score', { predictionId, score: null }, /^score: must be a number/],
    ['a tag that is no text', { predictionId, tag: 3 }, /^tag: must be text of 1 to 64/],
    ['an empty tag', { predictionId, tag: '  ' }, /^tag: must be text of 1 to 64/],
    ['a long tag', { predictionId, tag: 'x'.repeat(65) }, /^tag: must be text of 1 to 64/],
    ['a tag of two lines', { predictionId, tag: 'a\nb' }, /^tag: must be text/],
    ['nothing said', { predictionId }, /says nothing: give at least one of thumbs, score and tag/],
    ['no id', { thumbs: 'up' }, /^predictionId: /],
    ['an id that is no text', { predictionId: 1, thumbs: 'up' }, /^predictionId: /],
    ['an unknown key', { predictionId, thumbs: 'up', stars: 3 }, /stars/],
    ['an unknown key beside the list', { feedback: [], modell: 'x' }, /modell/],
    ['a model that is no text', { model: 1, predictionId, thumbs: 'up' }, /^model: /],
    ['a list of something else', { feedback: ['up'] }, /^feedback\[0\]: /],
    ['no object', [], /^body: /],
  ])('%s', async (_, body, message) => {
    const answer = await send(body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test('a score that overflows a number', async () => {
    const { status, body } = await send('{"predictionId": "x", "score": 1e999}');
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^score: must be a number/)]);
  });

  test('an empty list is no error', async () => {
    expect((await send({ feedback: [] })).body).toEqual({ accepted: 0, unknown: [] });
  });
});

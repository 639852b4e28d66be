import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FeedbackRecord } from '../../../contracts/index.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, segmentsOf, temporaryDirectory } from './log-fixture.js';

const JANUARY_1 = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };

function said(id: string | undefined, parts: Partial<FeedbackRecord>): FeedbackRecord {
  return { id: id ?? '', model: MODEL, at: '2011-02-01T00:00:00.000Z', ...parts };
}

function worth(
  id: string | undefined,
  metrics: Record<string, number>,
  at = '2011-02-01T00:00:00.000Z',
) {
  return { id: id ?? '', model: MODEL, at, metrics };
}

async function logOf(rows = 24) {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  const records = request(rows);
  await writer.append(records);
  const ids = records.map(({ id }) => id);
  const outcomes = (window = JANUARY_1) =>
    createPredictionReader(directory).outcomes(MODEL, window);
  return { directory, writer, ids, outcomes };
}

describe('outcomes of a window', () => {
  test('there are none without a log, without predictions, and where nothing was told', async () => {
    const empty = createPredictionReader(await temporaryDirectory());
    expect(await empty.outcomes(MODEL, JANUARY_1)).toEqual([]);
    expect(await empty.feedback(MODEL, JANUARY_1)).toEqual([]);
    const { writer, ids, outcomes } = await logOf();
    expect(await outcomes()).toEqual([]);
    await writer.appendBusiness([worth(ids[0], { revenue: 1 })]);
    expect(await outcomes({ start: '2012-01-01', end: '2012-01-02' })).toEqual([]);
  });

  test('are of the predictions in it alone, split by the version that answered', async () => {
    const { writer, ids, outcomes } = await logOf(30);
    const other = request(2, { version: 2 });
    await writer.append(other);
    await writer.appendBusiness(ids.map((id) => worth(id, { revenue: 2 })));
    await writer.appendBusiness(other.map(({ id }) => worth(id, { retained: 1 })));
    await writer.appendFeedback([said(other[0]?.id, { thumbs: 'down' })]);
    expect(await outcomes()).toEqual([
      {
        version: 1,
        business: { revenue: { count: 24, sum: 48, mean: 2, replaced: 0 } },
        feedback: null,
        replacedLabels: 0,
      },
      {
        version: 2,
        business: { retained: { count: 2, sum: 2, mean: 1, replaced: 0 } },
        feedback: {
          count: 1,
          thumbs: { up: 0, down: 1, shareUp: 0 },
          score: { count: 0, mean: null },
          tags: [],
          otherTags: 0,
          replaced: 0,
        },
        replacedLabels: 0,
      },
    ]);
  });

  test('count each label that a later, different one replaced, over gateways', async () => {
    const { directory, writer, ids, outcomes } = await logOf();
    const other = openLog(directory, { gatewayId: 'gateway-b' }).writer(MODEL);
    const [first = '', second = '', third = ''] = ids;
    const day = (date: number) => `2011-02-0${date}T00:00:00.000Z`;
    await writer.appendLabels([label(first, 1, day(1)), label(first, 2, day(3))]);
    // Between the two, whichever file it is in.
    await other.appendLabels([label(first, 3, day(2))]);
    await writer.appendLabels([label(second, 'a', day(1)), label(second, 'a', day(2))]);
    await writer.appendLabels([label(third, true, day(1))]);
    expect(await outcomes()).toEqual([
      { version: 1, business: {}, feedback: null, replacedLabels: 2 },
    ]);
  });

  test('of feedback: share of thumbs up, mean score, tags by how often', async () => {
    const { writer, ids, outcomes } = await logOf();
    await writer.appendFeedback([
      said(ids[0], { thumbs: 'up', score: 10, tag: 'good' }),
      said(ids[1], { thumbs: 'up', score: 5, tag: 'late' }),
      said(ids[2], { thumbs: 'down', score: 0, tag: 'late' }),
      said(ids[3], { thumbs: 'up' }),
      said(ids[4], { tag: '__proto__' }),
    ]);
    expect((await outcomes())[0]?.feedback).toEqual({
      count: 5,
      thumbs: { up: 3, down: 1, shareUp: 0.75 },
      score: { count: 3, mean: 5 },
      tags: [
        { tag: 'late', count: 2 },
        { tag: '__proto__', count: 1 },
        { tag: 'good', count: 1 },
      ],
      otherTags: 0,
      replaced: 0,
    });
  });

  test('count tags past the twenty most frequent together', async () => {
    const { writer, ids, outcomes } = await logOf(24);
    await writer.appendFeedback(
      ids.map((id, row) => said(id, { tag: `tag ${Math.min(row, 22)}` })),
    );
    const feedback = (await outcomes())[0]?.feedback;
    expect(feedback?.tags).toHaveLength(20);
    expect(feedback?.tags[0]).toEqual({ tag: 'tag 22', count: 2 });
    expect(feedback?.otherTags).toBe(3);
  });

  test('a later word replaces an earlier one over gateways, whichever was written first', async () => {
    const { directory, writer, ids, outcomes } = await logOf();
    const other = openLog(directory, { gatewayId: 'gateway-b' }).writer(MODEL);
    const [id] = ids;
    await writer.appendBusiness([worth(id, { revenue: 7 }, '2011-02-03T00:00:00.000Z')]);
    await other.appendBusiness([
      worth(id, { revenue: 5, retained: 1 }, '2011-02-02T00:00:00.000Z'),
    ]);
    await writer.appendFeedback([said(id, { score: 9, at: '2011-02-03T00:00:00.000Z' })]);
    await other.appendFeedback([
      said(id, { score: 1, thumbs: 'up', at: '2011-02-02T00:00:00.000Z' }),
      said(id, { score: 1, at: '2011-02-02T00:00:00.000Z' }),
    ]);
    const [found] = await outcomes();
    expect(found?.business).toEqual({
      retained: { count: 1, sum: 1, mean: 1, replaced: 0 },
      revenue: { count: 1, sum: 7, mean: 7, replaced: 1 },
    });
    expect(found?.feedback).toMatchObject({
      thumbs: { up: 1, shareUp: 1 },
      score: { count: 1, mean: 9 },
      replaced: 1,
    });
  });

  test('lines that a kill tore are left out, and what follows a restart is read', async () => {
    const { directory, writer, ids, outcomes } = await logOf();
    await writer.appendBusiness([worth(ids[0], { revenue: 1 })]);
    await writer.appendFeedback([said(ids[0], { thumbs: 'up' })]);
    for (const kind of ['business', 'feedback']) {
      const [segment = ''] = await segmentsOf(directory, kind);
      await appendFile(join(directory, segment), `{"id":"${ids[1]}","model":"${MODEL}","at":"2011`);
    }
    const restarted = openLog(directory).writer(MODEL);
    await restarted.appendBusiness([worth(ids[2], { revenue: 3 })]);
    await restarted.appendFeedback([said(ids[2], { thumbs: 'up' })]);
    const [found] = await outcomes();
    expect(found?.business['revenue']).toEqual({ count: 2, sum: 4, mean: 2, replaced: 0 });
    expect(found?.feedback?.thumbs.up).toBe(2);
  });
});

test('feedback comes with its prediction, in order of event time over versions', async () => {
  const { directory, writer, ids } = await logOf(3);
  const other = request(1, { version: 9, startMs: Date.UTC(2011, 0, 1, 1), prediction: 'high' });
  await writer.append(other);
  await writer.appendFeedback([
    said(ids[2], { tag: 'a "quoted" one' }),
    said(other[0]?.id, { score: 3 }),
    said(ids[0], { thumbs: 'down' }),
  ]);
  const rows = await createPredictionReader(directory).feedback(MODEL, JANUARY_1);
  const hour = (n: number) => Date.UTC(2011, 0, 1, n);
  const silent = { thumbs: null, score: null, tag: null };
  expect(rows).toEqual([
    { ...silent, id: ids[0], version: 1, eventTimeMs: hour(0), prediction: 0, thumbs: 'down' },
    { ...silent, id: other[0]?.id, version: 9, eventTimeMs: hour(1), prediction: 'high', score: 3 },
    {
      ...silent,
      id: ids[2],
      version: 1,
      eventTimeMs: hour(2),
      prediction: 20,
      tag: 'a "quoted" one',
    },
  ]);
});

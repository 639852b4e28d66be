import { describe, expect, it } from 'vitest';
import type { RowFilter } from '../../../models/predictions/ports.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, temporaryDirectory } from './log-fixture.js';

const WINDOW = { start: '2011-01-01T00:00:00Z', end: '2011-01-01T06:00:00Z' };
const ALL: RowFilter = { order: 'sampled', limit: 100 };

async function logged(confidences: readonly number[]) {
  const directory = await temporaryDirectory();
  const log = openLog(directory);
  const records = request(confidences.length).map((record, i) => ({
    ...record,
    prediction: 'a',
    probabilities: [confidences[i] ?? 0, 1 - (confidences[i] ?? 0)],
  }));
  await log.writer(MODEL).append(records);
  const ids = records.map(({ id }) => id);
  const reader = createPredictionReader(directory);
  const rows = (filter: Partial<RowFilter> = {}) =>
    reader.rows(MODEL, WINDOW, { ...ALL, ...filter });
  return { log, records, ids, reader, rows };
}

describe('rows of a window', () => {
  it('are whole, and only those of the window', async () => {
    const { rows, records, ids } = await logged([0.9, 0.8, 0.7, 0.6, 0.9, 0.9, 0.9, 0.9]);
    const found = await rows();
    expect(found.map(({ id }) => id).sort()).toEqual(ids.slice(0, 6));
    expect(found.find(({ id }) => id === ids[1])).toEqual({
      id: ids[1],
      version: 1,
      eventTime: '2011-01-01T01:00:00Z',
      inputs: records[1]?.inputs,
      prediction: 'a',
      label: null,
      probabilities: [0.8, expect.closeTo(0.2)],
    });
  });

  it('come with the least confident first where that is asked for', async () => {
    const { rows, ids } = await logged([0.9, 0.55, 0.3, 0.6]);
    const found = await rows({ order: 'least-confident', limit: 3 });
    expect(found.map(({ id }) => id)).toEqual([ids[1], ids[3], ids[2]]);
  });

  it('are parted by whether a label came, the newest of which stands', async () => {
    const { log, rows, ids } = await logged([0.9, 0.8, 0.7]);
    await log.writer(MODEL).appendLabels([label(ids[0] ?? '', 'a')]);
    await log.writer(MODEL).appendLabels([label(ids[0] ?? '', 'b')]);
    expect((await rows({ labelled: true })).map((row) => [row.id, row.label])).toEqual([
      [ids[0], 'b'],
    ]);
    const open = await rows({ labelled: false });
    expect(open.map(({ id }) => id).sort()).toEqual([ids[1], ids[2]]);
  });

  it('are found by id, and sampled alike each time', async () => {
    const { rows, ids } = await logged([0.9, 0.8, 0.7, 0.6, 0.5]);
    const one = await rows({ ids: [ids[3] ?? '', "no'body"] });
    expect(one.map(({ id }) => id)).toEqual([ids[3]]);
    expect(await rows({ ids: [] })).toEqual([]);
    expect(await rows({ limit: 2 })).toEqual((await rows()).slice(0, 2));
  });

  it('of a regression have no probabilities; of no log there are none', async () => {
    const { log, reader } = await logged([]);
    expect(await reader.rows('nobody', WINDOW, ALL)).toEqual([]);
    await log.writer(MODEL).append(request(2));
    const found = await reader.rows(MODEL, WINDOW, { ...ALL, order: 'least-confident' });
    expect(
      found.map(({ prediction, probabilities }) => [prediction, probabilities]).sort(),
    ).toEqual([
      [0, null],
      [10, null],
    ]);
  });
});

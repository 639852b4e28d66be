import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  newRequestUuid,
  parsePredictionId,
  predictionId,
} from '../../../models/predictions/prediction-id.js';
import { label, MODEL, openLog, request, segmentsOf, temporaryDirectory } from './log-fixture.js';

async function lines(directory: string, kind: string): Promise<readonly unknown[]> {
  const read = await Promise.all(
    (await segmentsOf(directory, kind)).map((name) => readFile(join(directory, name), 'utf8')),
  );
  return read.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
}

describe('prediction ids', () => {
  test('ascend within a process', () => {
    const uuids = Array.from({ length: 10_000 }, newRequestUuid);
    expect(uuids).toEqual([...new Set(uuids)].sort());
  });

  test('without a row are row 0; anything else is no id', () => {
    const uuid = newRequestUuid();
    expect(parsePredictionId(uuid)).toEqual({ uuid, row: 0 });
    expect(parsePredictionId(`${uuid.toUpperCase()}/12`)).toEqual({ uuid, row: 12 });
    for (const bad of [
      '',
      'x',
      `${uuid}/`,
      `${uuid}/-1`,
      `${uuid}/1.5`,
      `${uuid}/1/1`,
      '../../x',
    ]) {
      expect(parsePredictionId(bad)).toBeNull();
    }
  });
});

describe('append', () => {
  test('has the whole records in the file when it returns', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const rows = request(3, {
      clientId: 'mine',
      probabilities: [0.25, 0.75],
      context: { hour: 'x' },
    });
    await writer.append(rows);
    expect(await lines(directory, 'predictions')).toEqual(rows);
  });

  test('of many requests at once keeps every line whole and in the order of the ids', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const requests = Array.from({ length: 300 }, () => request(3));
    await Promise.all(requests.map((rows) => writer.append(rows)));
    expect(await lines(directory, 'predictions')).toEqual(requests.flat());
  });

  test('begins a new segment, named by its first id, when one has reached its size', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory, { segmentBytes: 1_000 }).writer(MODEL);
    const requests = Array.from({ length: 20 }, () => request(2));
    for (const rows of requests) await writer.append(rows);
    const segments = await segmentsOf(directory, 'predictions');
    expect(segments.length).toBeGreaterThan(5);
    for (const name of segments) {
      const path = join(directory, name);
      expect((await stat(path)).size).toBeLessThan(2_000);
      const first = (await readFile(path, 'utf8')).slice('{"id":"'.length, 43);
      expect(name).toBe(`${MODEL}/gateway-a/predictions-${first}.ndjson`);
    }
    expect(await lines(directory, 'predictions')).toEqual(requests.flat());
  });

  test('that cannot be written says where and why, and the next one can succeed', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, MODEL));
    const log = openLog(directory);
    // A file where the gateway's directory should be fails for root too, unlike permissions.
    const blocked = openLog(join(directory, 'file'));
    await chmod(directory, 0o700);
    await log.writer(MODEL).append(request(1));
    const [segment = ''] = await segmentsOf(directory, 'predictions');
    const behindFile = openLog(join(directory, segment));
    await expect(behindFile.writer(MODEL).append(request(1))).rejects.toMatchObject({
      name: 'MillraceError',
      type: 'ServiceUnavailable',
      message: expect.stringMatching(/predictions log in .*gateway-a cannot be written: ENOTDIR/),
    });
    await blocked.writer(MODEL).append(request(1));
    expect(await segmentsOf(join(directory, 'file'), 'predictions')).toHaveLength(1);
  });
});

describe('unknownIds', () => {
  test('finds ids of every gateway, in old and new segments, and lists the rest', async () => {
    const directory = await temporaryDirectory();
    const first = openLog(directory, { segmentBytes: 2_000 }).writer(MODEL);
    const second = openLog(directory, { gatewayId: 'gateway-b', segmentBytes: 2_000 }).writer(
      MODEL,
    );
    const requests = Array.from({ length: 60 }, () => request(3));
    for (const [index, rows] of requests.entries()) {
      await (index % 2 === 0 ? first : second).append(rows);
    }
    const known = requests.flat().map(({ id }) => id);
    const uuid = parsePredictionId(known[0] ?? '')?.uuid ?? '';
    const unknown = [`${uuid}/3`, predictionId(newRequestUuid(), 0), 'no id at all'];
    expect(await first.unknownIds(MODEL, [...known, ...unknown])).toEqual(unknown);
    expect(await first.unknownIds('another-model', known)).toEqual(known);
  });

  test('lists rows that are not in the sample of a job, between those that are', async () => {
    const writer = openLog(await temporaryDirectory()).writer(MODEL);
    const uuid = newRequestUuid();
    const isKept = (row: number) => row < 4 || row % 3 === 0;
    const rows = Array.from({ length: 400 }, (_, row) => row);
    const kept = rows.filter(isKept).flatMap((row) => request(1, { id: predictionId(uuid, row) }));
    await writer.append(kept);
    const idOf = (row: number) => predictionId(uuid, row);
    const unknown = [...rows.filter((row) => !isKept(row)), 402, 999_999_999].map(idOf);
    expect(await writer.unknownIds(MODEL, [...rows.map(idOf), ...unknown.slice(-2)])).toEqual(
      unknown,
    );
  });

  test('sees rows appended after an earlier question', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const [early, late] = [request(1), request(1)];
    await writer.append(early);
    const ids = [...early, ...late].map(({ id }) => id);
    expect(await writer.unknownIds(MODEL, ids)).toEqual(ids.slice(1));
    await writer.append(late);
    expect(await writer.unknownIds(MODEL, ids)).toEqual([]);
  });

  test('finds ids although the clock was set back between two starts', async () => {
    const directory = await temporaryDirectory();
    const uuidAt = (n: number) => `0189dcd5-5311-7d40-8db0-${n.toString(16).padStart(12, '0')}`;
    const rowsAt = (n: number) => request(1, { id: predictionId(uuidAt(n), 0) });
    const before = openLog(directory).writer(MODEL);
    for (const n of [100, 200]) await before.append(rowsAt(n));
    const after = openLog(directory).writer(MODEL);
    for (const n of [50, 150]) await after.append(rowsAt(n));
    const ids = [50, 100, 150, 200, 120].map((n) => predictionId(uuidAt(n), 0));
    expect(await after.unknownIds(MODEL, ids)).toEqual([predictionId(uuidAt(120), 0)]);
  });

  test('a line longer than a read is still found', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const rows = [request(1, { inputs: { weather: 'x'.repeat(3_000_000) } }), request(1)];
    for (const row of rows) await writer.append(row);
    expect(
      await writer.unknownIds(
        MODEL,
        rows.flat().map(({ id }) => id),
      ),
    ).toEqual([]);
  });
});

test('labels are in the file, apart from the predictions, when appendLabels returns', async () => {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  const rows = request(2);
  await writer.append(rows);
  const labels = rows.map(({ id }, index) => label(id, index));
  await Promise.all(labels.map((record) => writer.appendLabels([record])));
  expect(await lines(directory, 'labels')).toEqual(labels);
  expect(await lines(directory, 'predictions')).toHaveLength(2);
});

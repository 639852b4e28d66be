import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PredictionRecord } from '../../../contracts/index.js';
import { LOG_COLUMN, type PredictionWindow } from '../../../models/predictions/ports.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, segmentsOf, temporaryDirectory } from './log-fixture.js';

const INPUTS = [
  { name: 'temperature', kind: 'number' },
  { name: 'weather', kind: 'string' },
  { name: 'holiday', kind: 'boolean' },
] as const;

const JANUARY_1 = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };
const ALL = { start: '1970-01-01', end: '2100-01-01' };

function values(window: PredictionWindow | undefined, name: string): readonly unknown[] {
  const column = window?.table.columns.find((candidate) => candidate.name === name);
  return [...(column?.values ?? [])];
}

function firstId(records: readonly PredictionRecord[]): string {
  return records[0]?.id ?? '';
}

describe('summary', () => {
  test('of a model without a log is empty', async () => {
    const reader = createPredictionReader(await temporaryDirectory());
    expect(await reader.summary(MODEL)).toEqual({
      rows: 0,
      firstEventTimeMs: null,
      watermarkMs: null,
      lastArrivalMs: null,
    });
    expect(await reader.window(MODEL, ALL, INPUTS)).toEqual([]);
  });

  test('a row that left its time out moves the watermark only where no row carries one', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const reader = createPredictionReader(directory);
    const arrival = '2026-01-01T00:00:00Z';
    const assumed = request(1).map((row) => ({
      ...row,
      eventTime: arrival,
      timeAssumed: true as const,
    }));
    await writer.append(assumed);
    expect((await reader.summary(MODEL)).watermarkMs).toBe(Date.parse(arrival));
    const carried = request(1);
    await writer.append(carried);
    expect((await reader.summary(MODEL)).watermarkMs).toBe(Date.parse(carried[0]?.eventTime ?? ''));
  });

  test('counts the rows of every gateway and follows what is appended', async () => {
    const directory = await temporaryDirectory();
    const first = openLog(directory).writer(MODEL);
    const second = openLog(directory, { gatewayId: 'gateway-b' }).writer(MODEL);
    const reader = createPredictionReader(directory);
    await first.append(request(3));
    expect((await reader.summary(MODEL)).rows).toBe(3);

    const at = '2026-02-03T04:05:06.789Z';
    await second.append(request(2, { startMs: Date.UTC(2012, 0, 1), at }));
    await first.append(request(1, { startMs: Date.UTC(2010, 0, 1) }));
    const [a, b] = [reader.summary(MODEL), reader.summary(MODEL)];
    expect(await a).toEqual(await b);
    expect(await a).toMatchObject({
      rows: 6,
      firstEventTimeMs: Date.UTC(2010, 0, 1),
      watermarkMs: Date.UTC(2012, 0, 1, 1),
    });
    expect((await a).lastArrivalMs).toBeGreaterThanOrEqual(Date.parse(at));
  });
});

describe('window', () => {
  test('holds the rows of [start, end) in order of event time', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    await writer.append(request(30, { startMs: Date.UTC(2011, 0, 1, 12) }));
    await writer.append(request(12));
    const [window, ...rest] = await createPredictionReader(directory).window(
      MODEL,
      JANUARY_1,
      INPUTS,
    );
    expect(rest).toEqual([]);
    expect(window?.version).toBe(1);
    expect(window?.table.rows).toBe(24);
    expect(window?.table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['temperature', 'number'],
      ['weather', 'string'],
      ['holiday', 'boolean'],
      [LOG_COLUMN.prediction, 'number'],
      [LOG_COLUMN.label, 'number'],
      [LOG_COLUMN.eventTime, 'timestamp'],
    ]);
    const hours = values(window, LOG_COLUMN.eventTime);
    expect(hours).toEqual(
      Array.from({ length: 24 }, (_, hour) => Date.UTC(2011, 0, 1) + hour * 3_600_000),
    );
    expect(values(window, 'weather').slice(0, 3)).toEqual(['clear', 'rain', 'clear']);
    expect(values(window, LOG_COLUMN.prediction).slice(11, 14)).toEqual([110, 0, 10]);
    expect(values(window, LOG_COLUMN.label)).toEqual(new Array(24).fill(Number.NaN));
  });

  test('is split by the version that answered', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    await writer.append(request(2, { version: 10 }));
    await writer.append(request(3, { version: 9 }));
    await writer.append(request(1, { version: 10 }));
    const windows = await createPredictionReader(directory).window(MODEL, JANUARY_1, INPUTS);
    expect(windows.map(({ version, table }) => [version, table.rows])).toEqual([
      [9, 3],
      [10, 3],
    ]);
  });

  test('joins labels by id over gateways; the latest wins', async () => {
    const directory = await temporaryDirectory();
    const first = openLog(directory).writer(MODEL);
    const second = openLog(directory, { gatewayId: 'gateway-b' }).writer(MODEL);
    const rows = request(3);
    await first.append(rows);
    await first.appendLabels([label(firstId(rows), 7, '2026-01-02T00:00:00.000Z')]);
    await second.appendLabels([label(firstId(rows), 6, '2026-01-01T00:00:00.000Z')]);
    const at = '2026-01-03T00:00:00.000Z';
    await second.appendLabels([label(rows[2]?.id ?? '', 1, at), label(rows[2]?.id ?? '', 2, at)]);
    const [window] = await createPredictionReader(directory).window(MODEL, JANUARY_1, INPUTS);
    expect(values(window, LOG_COLUMN.label)).toEqual([7, Number.NaN, 2]);
  });

  test('labels of any kind: text and booleans stay what they are', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const rows = [...request(1, { prediction: 'high' }), ...request(1, { prediction: 'low' })];
    for (const row of rows) await writer.append([row]);
    await writer.appendLabels([label(firstId(rows), 'a "quoted" one')]);
    const other = request(1, { version: 2, prediction: true });
    await writer.append(other);
    await writer.appendLabels([label(firstId(other), false)]);
    const windows = await createPredictionReader(directory).window(MODEL, JANUARY_1, INPUTS);
    expect(values(windows[0], LOG_COLUMN.prediction)).toEqual(['high', 'low']);
    expect(values(windows[0], LOG_COLUMN.label)).toEqual(['a "quoted" one', null]);
    expect(windows[1]?.table.columns.find(({ name }) => name === LOG_COLUMN.label)).toEqual({
      name: LOG_COLUMN.label,
      kind: 'boolean',
      values: Float64Array.of(0),
    });
  });

  test('columns that came beside the inputs are read by their kind, whatever was sent', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const contexts = [
      { region: 'north', age: 40, member: true },
      { region: 7, age: 'forty', member: null },
      {},
    ];
    for (const context of contexts) await writer.append(request(1, { context }));
    const beside = [
      { name: 'region', kind: 'string', from: 'context' },
      { name: 'age', kind: 'number', from: 'context' },
      { name: 'member', kind: 'boolean', from: 'context' },
      { name: 'unheard of', kind: 'string', from: 'context' },
    ] as const;
    const reader = createPredictionReader(directory);
    const [window] = await reader.window(MODEL, JANUARY_1, [...INPUTS, ...beside]);
    expect(window?.table.rows).toBe(3);
    expect(values(window, 'region')).toEqual(['north', '7', null]);
    expect(values(window, 'age')).toEqual([40, Number.NaN, Number.NaN]);
    expect(values(window, 'member')).toEqual([1, Number.NaN, Number.NaN]);
    expect(values(window, 'unheard of')).toEqual([null, null, null]);
    expect(values(window, 'weather')).toEqual(['clear', 'clear', 'clear']);
  });

  test('an input that is missing, null, or of another kind is a missing value', async () => {
    const directory = await temporaryDirectory();
    const writer = openLog(directory).writer(MODEL);
    const hostile = `we"ird 'name'`;
    await writer.append(request(1, { inputs: { temperature: null, weather: 'x' } }));
    await writer.append(request(1, { inputs: { temperature: 'hot', [hostile]: 4 } }));
    const inputs = [...INPUTS, { name: hostile, kind: 'integer' }] as const;
    const [window] = await createPredictionReader(directory).window(MODEL, JANUARY_1, inputs);
    expect(values(window, 'temperature')).toEqual([Number.NaN, Number.NaN]);
    expect(values(window, 'weather')).toEqual(['x', null]);
    expect(values(window, hostile)).toEqual([Number.NaN, 4]);
  });

  test('names a bound that is no time', async () => {
    const reader = createPredictionReader(await temporaryDirectory());
    await expect(reader.window(MODEL, { start: 'soon', end: '2011' }, INPUTS)).rejects.toThrow(
      /start 'soon' is not a time/,
    );
  });
});

test('lines torn by a kill are left out, in the middle of the log too', async () => {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  await writer.append(request(2));
  const [segment = ''] = await segmentsOf(directory, 'predictions');
  await appendFile(join(directory, segment), '{"id":"0189dcd5-5311-7d40-8db0-9496a2');
  const restarted = openLog(directory).writer(MODEL);
  await restarted.append(request(3));
  const reader = createPredictionReader(directory);
  expect((await reader.summary(MODEL)).rows).toBe(5);
  const [window] = await reader.window(MODEL, JANUARY_1, INPUTS);
  expect(window?.table.rows).toBe(5);
});

test('a line that is completed between two reads is counted once', async () => {
  const directory = await temporaryDirectory();
  const gateway = join(directory, MODEL, 'gateway-a');
  await mkdir(gateway, { recursive: true });
  const path = join(gateway, 'predictions-0189dcd5-5311-7d40-8db0-9496a2eef37b.ndjson');
  const line = `${JSON.stringify(request(1)[0])}\n`;
  await writeFile(path, line + line.slice(0, 100));
  const reader = createPredictionReader(directory);
  expect((await reader.summary(MODEL)).rows).toBe(1);
  await appendFile(path, line.slice(100));
  expect((await reader.summary(MODEL)).rows).toBe(2);
});

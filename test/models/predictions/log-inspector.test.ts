import { describe, expect, test } from 'vitest';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, temporaryDirectory } from './log-fixture.js';

const DAY = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };
const NEXT_DAY = { start: '2011-01-02T00:00:00Z', end: '2011-01-03T00:00:00Z' };
const HOUR_MS = 3_600_000;
const firstMs = Date.parse(DAY.start);
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const ms = (minute: number) => Date.parse(at(minute));

async function openedLog() {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  return { writer, reader: createPredictionReader(directory) };
}

describe('the nth row of a log', () => {
  test('is found in order of event time, whatever order rows came in', async () => {
    const { writer, reader } = await openedLog();
    await writer.append(request(3, { startMs: firstMs + 3 * HOUR_MS }));
    await writer.append(request(3, { startMs: firstMs }));
    expect(await reader.nthEventTime(MODEL, firstMs, 1)).toBe(firstMs);
    expect(await reader.nthEventTime(MODEL, firstMs, 4)).toBe(firstMs + 3 * HOUR_MS);
    expect(await reader.nthEventTime(MODEL, firstMs + 1, 1)).toBe(firstMs + HOUR_MS);
    expect(await reader.nthEventTime(MODEL, firstMs, 7)).toBeNull();
  });

  test('is another one once an earlier row has come', async () => {
    const { writer, reader } = await openedLog();
    await writer.append(request(3, { startMs: firstMs + 3 * HOUR_MS }));
    expect(await reader.nthEventTime(MODEL, firstMs, 2)).toBe(firstMs + 4 * HOUR_MS);
    await writer.append(request(1, { startMs: firstMs }));
    expect(await reader.nthEventTime(MODEL, firstMs, 2)).toBe(firstMs + 3 * HOUR_MS);
  });
});

describe('what arrived of a window since it was measured', () => {
  test('is counted by version: rows, and rows that a label came for', async () => {
    const { writer, reader } = await openedLog();
    const early = request(5, { startMs: firstMs, at: at(0) });
    await writer.append(early);
    await writer.append(request(2, { startMs: firstMs, at: at(10), version: 2 }));
    await writer.append(request(4, { startMs: Date.parse(NEXT_DAY.start), at: at(10) }));
    const [first, second] = early;
    await writer.appendLabels([label(first?.id ?? '', 1, at(0))]);
    // A label that was replaced is of one row all the same.
    await writer.appendLabels([
      label(second?.id ?? '', 1, at(10)),
      label(second?.id ?? '', 2, at(11)),
    ]);
    expect(await reader.arrivedSince(MODEL, DAY, ms(5))).toEqual([
      { version: 1, rows: 0, labels: 1 },
      { version: 2, rows: 2, labels: 0 },
    ]);
    expect(await reader.arrivedSince(MODEL, DAY, ms(20))).toEqual([]);
    expect(await reader.labelCount(MODEL)).toBe(3);
  });

  test('is ruled out without reading where no segment was written since', async () => {
    const { writer, reader } = await openedLog();
    const rows = request(5, { startMs: firstMs, at: at(0) });
    await writer.append(rows);
    expect(await reader.mayHaveGrown(MODEL, DAY, ms(1))).toBe(false);
    expect(await reader.mayHaveGrown(MODEL, NEXT_DAY, ms(0))).toBe(false);
    await writer.appendLabels([label(rows[0]?.id ?? '', 1, at(5))]);
    expect(await reader.mayHaveGrown(MODEL, DAY, ms(1))).toBe(true);
    expect(await reader.mayHaveGrown(MODEL, DAY, ms(6))).toBe(false);
  });
});

describe('hours that a log changed in', () => {
  const NEVER_MS = Date.UTC(2030, 0, 1);
  const hours = (...numbers: readonly number[]) => numbers.map((hour) => firstMs + hour * HOUR_MS);

  test('are those of rows that came since, and of rows whose label came since', async () => {
    const { writer, reader } = await openedLog();
    const early = request(30, { startMs: firstMs, at: at(0) });
    await writer.append(early);
    expect(await reader.changedHours(MODEL, ms(5), NEVER_MS)).toEqual([]);
    await writer.append(request(2, { startMs: firstMs + 3 * HOUR_MS, at: at(10) }));
    await writer.append(request(1, { startMs: firstMs + 3.5 * HOUR_MS, at: at(11) }));
    await writer.appendLabels([
      label(early[20]?.id ?? '', 1, at(0)),
      label(early[25]?.id ?? '', 1, at(10)),
    ]);
    expect(await reader.changedHours(MODEL, ms(5), NEVER_MS)).toEqual(hours(3, 4, 25));
    expect(await reader.changedHours(MODEL, ms(20), NEVER_MS)).toEqual([]);
  });

  test('are of rows before an instant alone, also of rows before 1970', async () => {
    const { writer, reader } = await openedLog();
    const olden = Date.UTC(1969, 11, 31, 23, 30);
    await writer.append(request(1, { startMs: olden, at: at(10) }));
    await writer.append(request(3, { startMs: firstMs, at: at(10) }));
    expect(await reader.changedHours(MODEL, ms(5), firstMs + 2 * HOUR_MS)).toEqual([
      Date.UTC(1969, 11, 31, 23),
      ...hours(0, 1),
    ]);
    expect(await reader.changedHours(MODEL, ms(5), Date.UTC(1960, 0, 1))).toEqual([]);
  });
});

test('the rows of a window arrived between two moments of the wall clock', async () => {
  const { writer, reader } = await openedLog();
  expect(await reader.arrivals(MODEL, DAY)).toBeNull();
  await writer.append(request(5, { startMs: firstMs, at: at(3) }));
  await writer.append(request(5, { startMs: firstMs, at: at(1) }));
  await writer.append(request(5, { startMs: Date.parse(NEXT_DAY.start), at: at(30) }));
  expect(await reader.arrivals(MODEL, DAY)).toEqual({ fromMs: ms(1), toMs: ms(3) });
});

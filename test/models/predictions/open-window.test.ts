import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { PredictionRecord } from '../../../contracts/index.js';
import {
  LOG_COLUMN,
  type LoggedInput,
  type OpenWindow,
  probabilityColumn,
} from '../../../models/predictions/ports.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { label, MODEL, openLog, request, temporaryDirectory } from './log-fixture.js';

const DAY = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };

const COLUMNS: readonly LoggedInput[] = [
  { name: 'temperature', kind: 'number' },
  { name: 'weather', kind: 'string' },
  { name: 'holiday', kind: 'boolean' },
  { name: 'city', kind: 'string', from: 'context' },
  { name: probabilityColumn(0), kind: 'number', from: 'probabilities', index: 0 },
  { name: probabilityColumn(1), kind: 'number', from: 'probabilities', index: 1 },
  { name: probabilityColumn(2), kind: 'number', from: 'probabilities', index: 2 },
];
const NAMES = [...COLUMNS.map(({ name }) => name), ...Object.values(LOG_COLUMN)];

/** Two versions in turn, hours in no order, values missing here and there, every third row labelled. */
async function loggedDay() {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  const rows = request(240).map((record, row): PredictionRecord => {
    const minute = (row * 101) % 1_440;
    return {
      ...record,
      version: row % 40 < 20 ? 2 : 1,
      eventTime: new Date(Date.UTC(2011, 0, 1) + minute * 60_000).toISOString(),
      inputs: {
        temperature: row % 7 === 0 ? null : row / 4,
        weather: row % 5 === 0 ? null : (['sun', 'rain', '7'][row % 3] ?? null),
        holiday: row % 6 === 0 ? null : row % 2 === 0,
      },
      context: { city: row % 4 === 0 ? 'Ulm' : 'Bonn' },
      prediction: row % 2 === 0 ? 'yes' : 'no',
      ...(row % 9 !== 0 && { probabilities: [0.25, 0.75] }),
    };
  });
  await writer.append(rows);
  await writer.appendLabels(
    rows.flatMap(({ id }, row) => (row % 3 === 0 ? [label(id, 'yes')] : [])),
  );
  return directory;
}

async function contentOf({ versions }: OpenWindow) {
  return Promise.all(
    versions.map(async (served) => ({
      version: served.version,
      rows: served.rows,
      columns: (await served.read(NAMES)).columns,
    })),
  );
}

describe('a window that is opened', () => {
  it('reads the same columns from memory and from a file', async () => {
    const directory = await loggedDay();
    const small = await createPredictionReader(directory).openWindow(MODEL, DAY, COLUMNS);
    const large = await createPredictionReader(directory, { spooledBytes: 0 }).openWindow(
      MODEL,
      DAY,
      COLUMNS,
    );
    const [inMemory, inFile] = [await contentOf(small), await contentOf(large)];
    expect(inFile).toEqual(inMemory);
    expect(inFile.map(({ version, rows }) => [version, rows])).toEqual([
      [1, 120],
      [2, 120],
    ]);
    const times = Array.from(inFile[0]?.columns.at(-1)?.values ?? [], Number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await large.close();
    await small.close();
  });

  it('has the probabilities of each class, and none where the log has none', async () => {
    const opened = await createPredictionReader(await loggedDay(), { spooledBytes: 0 }).openWindow(
      MODEL,
      DAY,
      COLUMNS,
    );
    const [first] = opened.versions;
    const read = async (index: number) => [
      ...((await first?.read([probabilityColumn(index)]))?.columns[0]?.values ?? []),
    ];
    expect(new Set(await read(1))).toEqual(new Set([0.75, Number.NaN]));
    expect(new Set(await read(2))).toEqual(new Set([Number.NaN]));
    await opened.close();
  });

  it('leaves out a column that nobody logged, in the order that was asked for', async () => {
    for (const spooledBytes of [0, 1e9]) {
      const reader = createPredictionReader(await loggedDay(), { spooledBytes });
      const opened = await reader.openWindow(MODEL, DAY, COLUMNS);
      const table = await opened.versions[0]?.read(['weather', 'absent', 'temperature']);
      expect(table?.columns.map(({ name }) => name)).toEqual(['weather', 'temperature']);
      await opened.close();
    }
  });

  it('leaves no file behind once it is closed, or was interrupted', async () => {
    const reader = createPredictionReader(await loggedDay(), { spooledBytes: 0 });
    const before = await spools();
    await (await reader.openWindow(MODEL, DAY, COLUMNS)).close();
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await expect(reader.openWindow(MODEL, DAY, COLUMNS, aborted)).rejects.toThrow('cancelled');
    expect(await spools()).toEqual(before);
  });

  it('without rows has no version', async () => {
    const reader = createPredictionReader(await temporaryDirectory(), { spooledBytes: 0 });
    const opened = await reader.openWindow(MODEL, DAY, COLUMNS);
    expect(opened.versions).toEqual([]);
    await opened.close();
  });
});

async function spools(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('millrace-window-'));
}

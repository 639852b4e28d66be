import { copyFile, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { PredictionRecord } from '../../../../contracts/index.js';
import { keepLog } from '../../../../models/predictions/keeping/keep-log.js';
import { CLOSED_AFTER_MS, HEALTH_KEPT_MS } from '../../../../models/predictions/keeping/surplus.js';
import { newRequestUuid } from '../../../../models/predictions/prediction-id.js';
import { createPredictionReader } from '../../../../models/predictions/prediction-reader.js';
import { openServiceLog } from '../../../../models/predictions/service-log.js';
import { label, MODEL, openLog, request, temporaryDirectory } from '../log-fixture.js';

const ALL = { start: '1970-01-01', end: '2100-01-01' };
const INPUTS = [
  { name: 'temperature', kind: 'number' },
  { name: 'weather', kind: 'string' },
  { name: 'holiday', kind: 'boolean' },
  { name: 'wind', kind: 'integer' },
  { name: 'city', kind: 'string', from: 'context' },
  { name: 'rain', kind: 'number', from: 'probabilities', index: 1 },
] as const;
const TRAFFIC = { requests: 1, errors: 0, refused: 0, bytesIn: 9, bytesOut: 9, latency: [] };
const logger = pino({ level: 'silent' });

const pass = (directory: string, keep = {}, laterMs = CLOSED_AFTER_MS + 1) =>
  keepLog({ directory, keep, logger, nowMs: Date.now() + laterMs });

/** A log of several segments, of two versions with other inputs, with labels and all that a row may have. */
async function filledLog() {
  const directory = await temporaryDirectory();
  const log = openLog(directory, { segmentBytes: 2_000 });
  const writer = log.writer(MODEL);
  const written: PredictionRecord[] = [];
  for (let index = 0; index < 30; index += 1) {
    const startMs = Date.UTC(2011, 0, 1 + index);
    const records = request(3, {
      startMs,
      version: 1 + (index % 2),
      prediction: 15.071121215820312 + index,
      ...(index % 2 === 0
        ? { context: { city: 'Ulm "an der Donau", ☂' }, clientId: 'a\nb' }
        : {
            inputs: { temperature: null, weather: 'rain\u2028', wind: 3 },
            probabilities: [0.25, 0.75],
            timeAssumed: true as const,
            imputed: ['temperature'],
            fallbackFor: 7,
          }),
    });
    await writer.append(records);
    written.push(...records);
  }
  const told = written.filter((_, index) => index % 4 === 0);
  await writer.appendLabels(told.map(({ id }, index) => label(id, index)));
  await log.close();
  return { directory, written };
}

/** All that is asked of a log. */
async function everything(directory: string) {
  const reader = createPredictionReader(directory);
  return {
    summary: await reader.summary(MODEL),
    window: await reader.window(MODEL, ALL, INPUTS),
    rows: await reader.rows(MODEL, ALL, { order: 'sampled', limit: 1_000 }),
    arrivals: await reader.arrivals(MODEL, ALL),
    nth: await reader.nthEventTime(MODEL, Date.UTC(2011, 0, 5), 7),
    outcomes: await reader.outcomes(MODEL, ALL),
  };
}

async function files(directory: string): Promise<readonly string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const segments = async (directory: string, suffix: string) =>
  (await files(directory)).filter(
    (path) => basename(path).startsWith('predictions-') && path.endsWith(suffix),
  );

describe('closed segments', () => {
  test('become Parquet, and everything that is read stays the same at each step', async () => {
    const { directory, written } = await filledLog();
    const before = await everything(directory);
    expect(before.summary.rows).toBe(written.length);
    const count = (await segments(directory, '.ndjson')).length;
    expect(count).toBeGreaterThan(3);

    expect(await pass(directory)).toEqual({ compacted: count, deleted: 0 });
    expect(await segments(directory, '.ndjson')).toHaveLength(count);
    expect(await everything(directory)).toEqual(before);

    expect(await pass(directory)).toEqual({ compacted: 0, deleted: count });
    expect(await segments(directory, '.ndjson')).toHaveLength(0);
    expect(await everything(directory)).toEqual(before);
    expect(await pass(directory)).toEqual({ compacted: 0, deleted: 0 });
  });

  test('are found by the ids of their predictions', async () => {
    const { directory, written } = await filledLog();
    await pass(directory);
    await pass(directory);
    const writer = openLog(directory).writer(MODEL);
    const ids = written.map(({ id }) => id);
    const strange = `${newRequestUuid()}/0`;
    expect(await writer.unknownIds(MODEL, [...ids, strange, `${ids[0]}9`])).toEqual([
      strange,
      `${ids[0]}9`,
    ]);
  });

  test('are read together with those that are still lines', async () => {
    const { directory } = await filledLog();
    const before = await everything(directory);
    await pass(directory);
    await pass(directory);
    const more = request(2, { startMs: Date.UTC(2011, 5, 1) });
    const log = openLog(directory, { gatewayId: 'gateway-b' });
    await log.writer(MODEL).append(more);
    const after = await everything(directory);
    expect(after.summary.rows).toBe(before.summary.rows + 2);
    expect(after.rows).toHaveLength(before.rows.length + 2);
    expect(after.window[1]).toEqual(before.window[1]);
  });

  test('that a gateway may still write to stay as they are', async () => {
    const { directory } = await filledLog();
    expect(await pass(directory, {}, CLOSED_AFTER_MS - 60_000)).toEqual({
      compacted: 0,
      deleted: 0,
    });
  });

  test('with a line that cannot be read stay lines, and lose none', async () => {
    const { directory } = await filledLog();
    const [first = ''] = await segments(directory, '.ndjson');
    const broken =
      '{"id":"01a1fe2a-6d32-70c2-ae53-ce95ccf704c1/0","model":"bike-demand","version":1,"at":"2026-01-01T00:00:00Z","eventTime":"2026-01-01T00:00:00Z","inputs":{"a\n';
    await writeFile(first, broken, { flag: 'a' });
    const count = (await segments(directory, '.ndjson')).length;
    expect((await pass(directory)).compacted).toBe(count - 1);
    await pass(directory);
    expect(await segments(directory, '.ndjson')).toEqual([first]);
  });
});

describe('a pass that was killed', () => {
  test.each([
    [
      'while it wrote',
      async (lines: string, parquet: string) => {
        await rename(parquet, join(dirname(lines), `.${basename(parquet)}.0123456789ab.tmp`));
      },
    ],
    ['before it deleted the lines', async () => {}],
    [
      'while it wrote anew what another had finished',
      async (lines: string, parquet: string) => {
        await copyFile(parquet, join(dirname(lines), `.${basename(parquet)}.0123456789ab.tmp`));
      },
    ],
  ])('%s has lost nothing and doubled nothing, and the next goes on', async (_, state) => {
    const { directory } = await filledLog();
    const before = await everything(directory);
    await pass(directory);
    const lines = await segments(directory, '.ndjson');
    for (const path of lines) await state(path, path.replace('.ndjson', '.parquet'));
    expect(await everything(directory)).toEqual(before);
    for (let passes = 0; passes < 2; passes += 1) await pass(directory, {}, 2 * CLOSED_AFTER_MS);
    expect(await everything(directory)).toEqual(before);
    expect((await files(directory)).filter((path) => path.endsWith('.tmp'))).toEqual([]);
    expect(await segments(directory, '.ndjson')).toEqual([]);
  });
});

describe('what is kept', () => {
  test('ends at its age, with what was told of it', async () => {
    const { directory } = await filledLog();
    const day = 86_400_000;
    await pass(directory, { [MODEL]: { keepMs: day } });
    expect((await everything(directory)).summary.rows).toBe(90);
    await pass(directory, { other: { keepMs: day } }, 2 * day);
    expect((await everything(directory)).summary.rows).toBe(90);
    await pass(directory, { [MODEL]: { keepMs: day } }, 2 * day);
    expect((await everything(directory)).summary.rows).toBe(0);
    expect(await files(directory)).toEqual([]);
    // A gateway that is away for a day has no directory any more, and makes it anew.
    expect(await readdir(join(directory, MODEL))).toEqual([]);
    await openLog(directory).writer(MODEL).append(request(2));
    expect((await everything(directory)).summary.rows).toBe(2);
    await pass(directory, { [MODEL]: { keepMs: 1_000 } }, day / 2);
    expect(await files(directory)).toEqual([]);
    expect(await readdir(join(directory, MODEL))).toEqual(['gateway-a']);
  });

  test('ends at its size: the oldest go first', async () => {
    const { directory, written } = await filledLog();
    await pass(directory, { [MODEL]: { keepBytes: 5_000 } });
    const { rows } = (await everything(directory)).summary;
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(written.length);
    const kept = new Set((await everything(directory)).rows.map(({ id }) => id));
    expect(kept.has(written.at(-1)?.id ?? '')).toBe(true);
    expect(kept.has(written[0]?.id ?? '')).toBe(false);
  });

  test('by size takes along what was told before the first prediction that stays', async () => {
    const { directory } = await filledLog();
    const [first = '', second = ''] = await segments(directory, '.ndjson');
    // Labels of the first segment, told while it was written, and of the others.
    const told = (name: string) => join(dirname(first), name);
    const early = told('labels-01a1fe2a-6d32-70c2-ae53-ce95ccf704c1.ndjson');
    await writeFile(early, '');
    const [dayMs, nowMs] = [86_400_000, Date.now()];
    for (const path of await segments(directory, '.ndjson')) await writtenAt(path, nowMs - dayMs);
    for (const path of [first, early]) await writtenAt(path, nowMs - 2 * dayMs);
    await writtenAt(second, nowMs - 1.5 * dayMs);
    const bytes = (await Promise.all((await segments(directory, '.ndjson')).map(sizeOf))).reduce(
      (sum, size) => sum + size,
    );
    const before = await files(directory);
    await pass(directory, { [MODEL]: { keepBytes: bytes - 1 } }, 0);
    const left = (await files(directory)).filter((path) => !path.endsWith('.parquet'));
    expect(before.filter((path) => !left.includes(path))).toEqual([early, first].sort());
  });

  test('is no health that is older than any window, of models and of gateways', async () => {
    const directory = await temporaryDirectory();
    const span = { from: '2011-01-01T00:00:00Z', to: '2011-01-01T00:00:05Z' };
    const written = async (gatewayId: string) => {
      const service = openServiceLog({ directory, gatewayId, logger });
      await service.append(
        { ...span, upMs: 1, cpuShare: 0, memoryBytes: 1 },
        new Map([[MODEL, { ...span, ...TRAFFIC }]]),
      );
      await service.close();
    };
    await written('gateway-a');
    const old = await files(directory);
    for (const path of old) await writtenAt(path, Date.now() - HEALTH_KEPT_MS);
    await written('gateway-b');
    const all = await files(directory);
    expect([old.length, all.length]).toEqual([2, 4]);
    expect(await pass(directory)).toEqual({ compacted: 0, deleted: 2 });
    expect(await files(directory)).toEqual(all.filter((path) => !old.includes(path)));
    // With an age that was asked for, the model's goes by that.
    await pass(directory, { [MODEL]: { keepMs: 1_000 } });
    expect((await files(directory)).map((path) => basename(dirname(dirname(path))))).toEqual([
      '.gateways',
    ]);
  });
});

async function writtenAt(path: string, ms: number): Promise<void> {
  await utimes(path, new Date(ms), new Date(ms));
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MonitorSpec, ReferenceSpec } from '../../../contracts/index.js';
import { monitorSpec, WEEK_MS } from './monitor-spec.js';
import {
  type Hour,
  hoursOf,
  linear,
  monitoredWorld,
  REFERENCE_WEEKS,
  weekStart,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS + 10;

const spec = (reference: ReferenceSpec): MonitorSpec => monitorSpec({ reference });

/** The inputs moved for good after registration. */
const moved = ({ a, b }: Hour) => ({ a: a + 6, b: (b ?? 0) + 30 });

describe('a reference of the windows before', () => {
  const trailing = spec({ kind: 'trailing', lengthMs: 10 * WEEK_MS });

  it('follows what has moved, where the profile does not', async () => {
    const world = await monitoredWorld(trailing);
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK - 10, WEEK + 1, moved), linear);
    const [byProfile] = await world.measure(WEEK, version, { spec: monitorSpec() });
    const [byWeeks] = await world.measure(WEEK, version);
    expect(byProfile).toMatchObject({
      featureDrift: { verdict: 'drift' },
      predictionDrift: { verdict: 'drift' },
    });
    expect(byProfile).not.toHaveProperty('reference');
    expect(byWeeks).toMatchObject({
      featureDrift: { verdict: 'no-drift', method: 'reference-windows' },
      predictionDrift: { verdict: 'no-drift' },
      reference: {
        kind: 'trailing',
        window: { start: '2024-04-22T00:00:00Z', end: '2024-07-01T00:00:00Z' },
        rows: 1_680,
        sha256: null,
      },
    });
    // What a plausible value is, the windows before do not say.
    expect(byWeeks?.quality).toEqual(byProfile?.quality);
  });

  it('finds what moves now', async () => {
    const world = await monitoredWorld(trailing);
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK - 10, WEEK), linear);
    await world.serve(version, hoursOf(WEEK, WEEK + 1, moved), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.featureDrift).toMatchObject({ verdict: 'drift', driftedColumns: ['a', 'b'] });
  });

  it('is of the version alone, and with too few rows of it says nothing', async () => {
    const world = await monitoredWorld(trailing);
    const [old, version] = [await world.register('linear'), await world.register('linear')];
    await world.serve(old, hoursOf(WEEK - 10, WEEK), linear);
    await world.serve(version, hoursOf(WEEK, WEEK + 1, moved), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured).toMatchObject({
      version,
      reference: { kind: 'trailing', rows: 0 },
      featureDrift: { verdict: 'insufficient', share: null },
      predictionDrift: { verdict: 'insufficient', distance: null },
    });
  });
});

describe('a reference of the same season', () => {
  const season = spec({ kind: 'sameSeason', lagMs: 10 * WEEK_MS });

  it('is the window that far back, whoever answered it then', async () => {
    const world = await monitoredWorld(season);
    const [old, version] = [
      await world.register('linear-plus-1000'),
      await world.register('linear'),
    ];
    await world.serve(old, hoursOf(WEEK - 10, WEEK - 9, moved), (hour) => linear(hour) + 1_000);
    await world.serve(version, hoursOf(WEEK, WEEK + 1, moved), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured).toMatchObject({
      reference: {
        kind: 'sameSeason',
        rows: 168,
        window: { start: weekStart(WEEK - 10).replace('.000', '') },
      },
      featureDrift: { verdict: 'no-drift' },
      // The version is asked for its own answers to those rows: the old one's were 1,000 higher.
      predictionDrift: { verdict: 'no-drift' },
    });
  });

  it('without rows then says nothing', async () => {
    const world = await monitoredWorld(season);
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.featureDrift?.verdict).toBe('insufficient');
  });
});

describe('a reference that is a file', () => {
  async function withFile(content: string) {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-reference-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, 'reference.csv');
    await writeFile(path, content);
    const world = await monitoredWorld(spec({ kind: 'dataset', path }));
    const version = await world.register('linear');
    return { world, version, path };
  }

  const csv = (hours: readonly Hour[]): string =>
    [
      'hour,a,b',
      ...hours.map(({ timeMs, a, b }) => `${new Date(timeMs).toISOString()},${a},${b}`),
    ].join('\n');

  it('is profiled once, by its content', async () => {
    const { world, version, path } = await withFile(csv(hoursOf(0, 12, moved)));
    await world.serve(version, hoursOf(WEEK, WEEK + 2, moved), linear);
    const [first] = await world.measure(WEEK, version);
    if (first === undefined) throw new Error('the window has rows');
    expect(first).toMatchObject({
      reference: { kind: 'dataset', window: null, rows: 12 * 168 },
      featureDrift: { verdict: 'no-drift', method: 'reference-windows' },
      predictionDrift: { verdict: 'no-drift' },
    });
    expect(first.reference?.sha256).toMatch(/^[0-9a-f]{64}$/);
    await world.registry.recordMeasurement(first);
    const [second] = await world.measure(WEEK + 1, version);
    expect(second?.reference).toEqual(first.reference);
    await writeFile(path, csv(hoursOf(0, 12)));
    const [third] = await world.measure(WEEK + 1, version);
    expect(third?.reference?.sha256).not.toBe(first.reference?.sha256);
    expect(third?.featureDrift?.verdict).toBe('drift');
  });

  it('with fewer rows than a window needs says nothing', async () => {
    const { world, version } = await withFile(csv(hoursOf(0, 1).slice(0, 99)));
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.featureDrift?.verdict).toBe('insufficient');
  });

  it('that lacks an input, or is not there, is named with the way out', async () => {
    const { world, version, path } = await withFile('hour,a\n2024-01-01T00:00:00Z,1\n');
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    await expect(world.measure(WEEK, version)).rejects.toThrow(/lacks what the model takes: b/);
    await rm(path);
    await expect(world.measure(WEEK, version)).rejects.toThrow(/cannot be read/);
  });
});

describe('the reference of the champion', () => {
  it('moves with a promotion and back with a rollback', async () => {
    const world = await monitoredWorld();
    const first = await world.register('linear');
    const second = await world.register('linear', hoursOf(0, REFERENCE_WEEKS, moved));
    for (const champion of [first, second, first]) {
      const week = WEEK + (await world.registry.measurements('bike-demand')).length;
      await world.serve(champion, hoursOf(week, week + 1), linear);
      const [measured] = await world.measure(week, champion);
      const record = await world.registry.version('bike-demand', champion);
      expect(measured?.profile).toEqual(record?.profile);
      // The second was trained on inputs that lie elsewhere.
      expect(measured?.featureDrift?.verdict).toBe(champion === second ? 'drift' : 'no-drift');
      if (measured !== undefined) await world.registry.recordMeasurement(measured);
    }
  });
});

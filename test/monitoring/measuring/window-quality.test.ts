import { describe, expect, it } from 'vitest';
import type { QualitySpec, WindowHistograms } from '../../../contracts/index.js';
import { buildColumnProfile, splitWindows } from '../../../monitoring/drift/index.js';
import { columnBreaches } from '../../../monitoring/measuring/measure-quality.js';
import { monitorSpec } from './monitor-spec.js';
import { type Hour, hoursOf, linear, monitoredWorld, REFERENCE_WEEKS } from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

async function measured(quality: QualitySpec, hours: readonly Hour[]) {
  const world = await monitoredWorld();
  const version = await world.register('linear');
  await world.serve(version, hours, linear);
  const [window] = await world.measure(WEEK, version, { spec: monitorSpec({ quality }) });
  if (window === undefined) throw new Error('the window has rows');
  return { world, window };
}

describe('the quality of a window', () => {
  it('is judged by limits of its own, and by those of a column before these', async () => {
    const hours = hoursOf(WEEK, WEEK + 1, ({ timeMs }) =>
      new Date(timeMs).getUTCHours() < 2 ? { b: null } : {},
    );
    const byDefault = await measured({}, hours);
    expect(byDefault.window.quality.breaches).toEqual([]);
    const strict = await measured({ missing: 0.05 }, hours);
    expect(strict.window.quality.breaches).toMatchObject([
      { column: 'b', check: 'missing-values', limit: 0.05 },
    ]);
    const excepted = await measured({ missing: 0.05, columns: { b: { missing: 0.2 } } }, hours);
    expect(excepted.window.quality.breaches).toEqual([]);
  });

  it('counts rows that repeat an earlier one in every input, and calls them broken on request', async () => {
    const [first, ...others] = hoursOf(WEEK, WEEK + 1);
    if (first === undefined) throw new Error('a week has hours');
    const { a, b } = first;
    const hours = [first, ...others.map((hour, i) => (i < 40 ? { ...hour, a, b } : hour))];
    const counted = await measured({}, hours);
    expect(counted.window.duplicates).toEqual({ rows: 40, share: 40 / 168, limit: null });
    expect(counted.window.quality.breaches).toEqual([]);
    const limited = await measured({ duplicates: 0.1 }, hours);
    expect(limited.window.quality.breaches).toEqual([
      { column: '*', check: 'duplicate-rows', observed: 40 / 168, limit: 0.1 },
    ]);
  });

  it('of a column that holds text where the reference has numbers is a wrong type', () => {
    const profile = buildColumnProfile(
      'a',
      { kind: 'numeric', values: Float64Array.of(1, 2, 3) },
      splitWindows(null, 3, 1, 1),
      1,
    );
    const column = { name: 'a', kind: 'string', values: ['warm', 'cold', null, 'warm'] } as const;
    const values = { kind: 'numeric', values: new Float64Array(4).fill(Number.NaN) } as const;
    expect(columnBreaches(profile, column, values)).toEqual([
      { column: 'a', check: 'wrong-type', observed: 0.75, limit: 0 },
    ]);
    expect(columnBreaches(profile, undefined, undefined)).toMatchObject([
      { check: 'missing-column', observed: 1 },
    ]);
  });
});

describe('the volume of a window', () => {
  /** Two full weeks, then one with so many rows. */
  async function third(rows: number, weeksBefore: number, volume: QualitySpec['volume']) {
    const spec = monitorSpec(volume === undefined ? {} : { quality: { volume } });
    const world = await monitoredWorld(spec);
    const version = await world.register('linear');
    const last = WEEK + weeksBefore;
    await world.serve(version, hoursOf(WEEK, last), linear);
    await world.serve(version, hoursOf(last, last + 1).slice(0, rows), linear);
    for (let week = WEEK; week < last; week += 1) {
      const [before] = await world.measure(week, version);
      if (before !== undefined) await world.registry.recordMeasurement(before);
    }
    const [window] = await world.measure(last, version);
    return window;
  }

  it('is that of the same hours of the weeks before, and a breach only where it is limited', async () => {
    const unlimited = await third(120, 2, undefined);
    expect(unlimited?.volume).toMatchObject({
      rows: 120,
      expected: 168,
      windows: 2,
      verdict: 'normal',
      below: null,
    });
    expect(unlimited?.quality.breaches).toEqual([]);
    const limited = await third(120, 2, { below: 0.8, above: 2 });
    expect(limited?.volume?.verdict).toBe('low');
    expect(limited?.quality.breaches).toMatchObject([
      { column: '*', check: 'low-volume', limit: 0.8 },
    ]);
  });

  it('is not known from one week alone', async () => {
    expect((await third(120, 1, { below: 0.8 }))?.volume).toMatchObject({
      expected: null,
      ratio: null,
      windows: 1,
      verdict: 'insufficient',
    });
  });
});

describe('the histograms of a window', () => {
  it("lie on the bins of the version's profile, with what is missing and outside of them", async () => {
    const hours = hoursOf(WEEK, WEEK + 1).map((hour, i) =>
      i < 10 ? { ...hour, a: 1_000 } : i < 15 ? { ...hour, b: null } : hour,
    );
    const { world, window } = await measured({}, hours);
    if (window.histograms === undefined) throw new Error('each window keeps its histograms');
    const kept = await world.artifacts.readJson<WindowHistograms>(window.histograms);
    expect(kept).toMatchObject({ version: 1, rows: 168, profile: window.profile });
    const [a, b] = kept.features;
    expect([a?.name, a?.missing, a?.counts.at(-1)]).toEqual(['a', 0, 10]);
    expect([b?.name, b?.missing]).toEqual(['b', 5]);
    for (const { counts, missing } of kept.features) {
      expect(counts.reduce((sum, count) => sum + count, missing)).toBe(168);
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { MeasurementDetails } from '../../../monitoring/measuring/measurement-details.js';
import { monitorSpec } from './monitor-spec.js';
import {
  asClass,
  gone,
  type Hour,
  hoursOf,
  linear,
  monitoredWorld,
  REFERENCE_WEEKS,
  weekStart,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

describe('measuring a window', () => {
  it('of ordinary traffic finds nothing', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const [measured, ...others] = await world.measure(WEEK, version);
    expect(others).toEqual([]);
    expect(measured).toMatchObject({
      version,
      rows: 168,
      labelledRows: 168,
      quality: { breaches: [] },
      featureDrift: { verdict: 'no-drift', share: 0, method: 'reference-windows' },
      predictionDrift: { verdict: 'no-drift' },
      performance: { verdict: 'kept', metric: 'mae', baseline: 0.8 },
      previous: null,
      inputsSinceDeploy: null,
      windowsSinceDeploy: 1,
    });
    expect(JSON.stringify(measured).length).toBeLessThan(64 * 1024);
    expect(measured).not.toHaveProperty('business');
    expect(measured).not.toHaveProperty('feedback');
  });

  it('has what came of the predictions of each version: business metrics and feedback', async () => {
    const world = await monitoredWorld();
    const [old, version] = [await world.register('linear'), await world.register('linear')];
    const hours = hoursOf(WEEK, WEEK + 1);
    await world.serve(
      old,
      hours.slice(0, 80).map((hour, row) => (row < 10 ? { ...hour, score: 2 } : hour)),
      linear,
    );
    const telling = hours.slice(80).map((hour, row) => ({ ...hour, revenue: row % 2 }));
    await world.serve(version, telling, linear);
    const [first, second] = await world.measure(WEEK, version);
    expect(first?.version).toBe(old);
    expect(first?.feedback).toMatchObject({ count: 10, score: { count: 10, mean: 2 } });
    expect(first).not.toHaveProperty('business');
    expect(second?.business).toEqual({ revenue: { count: 88, sum: 44, mean: 0.5, replaced: 0 } });
    expect(second).not.toHaveProperty('feedback');
    if (second === undefined) throw new Error('the newer version was measured');
    await world.registry.recordMeasurement(second);
    expect(await world.registry.measurements(second.model)).toEqual([second]);
  });

  it('of moved inputs finds drift, with every column in the details', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    await world.serve(
      version,
      hoursOf(WEEK, WEEK + 1, ({ a }) => ({ a: a + 6 })),
      linear,
    );
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.featureDrift).toMatchObject({
      verdict: 'drift',
      share: 0.5,
      driftedColumns: ['a'],
    });
    expect(measured?.predictionDrift?.verdict).toBe('drift');
    if (measured?.details == null) throw new Error('there are details');
    const details = await world.artifacts.readJson<MeasurementDetails>(measured.details);
    expect(details.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['a', 'drift'],
      ['b', 'no-drift'],
    ]);
  });

  it('of worse predictions finds lost performance, on the labels that came', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const hours = hoursOf(WEEK, WEEK + 1);
    await world.serve(
      version,
      hours,
      (hour) => linear(hour) + 3,
      (_, row) => row < 120,
    );
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.labelledRows).toBe(120);
    expect(measured?.performance?.verdict).toBe('lost');
    expect(measured?.performance?.value).toBeCloseTo(3, 0);
    expect(measured?.performance?.relativeLoss).toBeCloseTo(2.75, 0);
  });

  it('with too few rows or labels is insufficient, never good', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1).slice(0, 99), linear);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2), linear, (_, row) => row < 99);
    const [few] = await world.measure(WEEK, version);
    expect(few).toMatchObject({
      rows: 99,
      featureDrift: { verdict: 'insufficient', share: null },
      predictionDrift: { verdict: 'insufficient', distance: null },
      performance: { verdict: 'insufficient', value: null, relativeLoss: null },
    });
    const [unlabelled] = await world.measure(WEEK + 1, version);
    expect(unlabelled?.performance?.verdict).toBe('insufficient');
    expect(unlabelled?.featureDrift?.verdict).toBe('no-drift');
  });

  it('passes over a label that is no number', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const hours = hoursOf(WEEK, WEEK + 1).map((hour, row) =>
      row === 3 ? { ...hour, rentals: 'n/a' } : hour,
    );
    await world.serve(version, hours, linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured).toMatchObject({ labelledRows: 167, performance: { verdict: 'kept' } });
  });

  it('without rows gives no measurement', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    expect(await world.measure(WEEK, version)).toEqual([]);
  });

  it('names broken data before it speaks of drift', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    await world.serve(
      version,
      hoursOf(WEEK, WEEK + 1, () => ({ b: null })),
      linear,
    );
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.quality.breaches).toMatchObject([
      { column: 'b', check: 'missing-values', observed: 1 },
    ]);
  });

  it('that spans a switch is measured per served version', async () => {
    const world = await monitoredWorld();
    const [first, second] = [await world.register('linear'), await world.register('linear')];
    const hours = hoursOf(WEEK, WEEK + 1);
    await world.serve(first, hours.slice(0, 60), linear);
    await world.serve(second, hours.slice(60), linear);
    const measured = await world.measure(WEEK, second, { previous: { version: first } });
    expect(measured.map(({ version, rows }) => [version, rows])).toEqual([
      [first, 60],
      [second, 108],
    ]);
    expect(measured[0]?.previous).toBeNull();
    expect(measured[1]?.previous?.version).toBe(first);
  });

  it('of a version with no profile is left out', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const record = await world.registry.version('bike-demand', version);
    if (record === null) throw new Error('the version is registered');
    const bare = await world.registry.registerVersion(
      'bare',
      { ...record, profile: null },
      'test',
      'no monitor',
    );
    await world.serve(bare.version, hoursOf(WEEK, WEEK + 1), linear);
    expect(await world.measure(WEEK, version)).toEqual([]);
  });

  it('says when the champion is not there', async () => {
    const world = await monitoredWorld();
    await expect(world.measure(WEEK, 9)).rejects.toThrow(/no version 9/);
  });

  it('of a classification takes classes', async () => {
    const spec = monitorSpec({ performance: { metric: 'accuracy', worseThanShare: 0.1 } });
    const world = await monitoredWorld(spec);
    const version = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    const right = ({ a }: Hour) => (a > 0 ? 'high' : 'low');
    const wrong = ({ a }: Hour) => (a > 0 ? 'low' : 'high');
    await world.serve(version, hoursOf(WEEK, WEEK + 1, asClass), right);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2, asClass), wrong);
    const [good] = await world.measure(WEEK, version, { spec });
    const [bad] = await world.measure(WEEK + 1, version, { spec });
    expect(good?.performance).toMatchObject({ verdict: 'kept', value: 1, relativeLoss: 0 });
    expect(bad?.performance).toMatchObject({ verdict: 'lost', value: 0, relativeLoss: 1 });
  });
});

describe('inside the post-deploy windows', () => {
  const DEPLOY = WEEK + 10;
  const since = { sinceAsOf: weekStart(DEPLOY) };

  /** Ten weeks of the good version, then one of the bad one. */
  async function badDeploy(weeksBefore = 10, moved: Parameters<typeof hoursOf>[2] = () => ({})) {
    const world = await monitoredWorld();
    const good = await world.register('linear');
    const bad = await world.register('linear-plus-1000');
    await world.serve(good, hoursOf(DEPLOY - weeksBefore, DEPLOY), linear);
    await world.serve(bad, hoursOf(DEPLOY, DEPLOY + 1, moved), gone);
    const champion = { version: bad, ...since };
    const [measured] = await world.measure(DEPLOY, bad, {
      champion,
      previous: { version: good },
    });
    return { world, good, bad, champion, measured };
  }

  it('the earlier version is asked the same rows', async () => {
    const { good, measured } = await badDeploy();
    expect(measured?.previous).toMatchObject({ version: good, better: true });
    expect(measured?.previous?.value).toBeCloseTo(0.8, 0);
    expect(measured?.previous?.lossDifference.low).toBeGreaterThan(990);
    expect(measured?.previous?.lossDifference.high).toBeLessThan(1_010);
    // Its own hold-out was as bad, so against that nothing is lost: only the version before tells.
    expect(measured?.performance?.verdict).toBe('kept');
  });

  it('inputs that go on as before have not moved, thresholds from the eight windows before', async () => {
    const { measured } = await badDeploy();
    expect(measured?.inputsSinceDeploy).toMatchObject({
      verdict: 'no-drift',
      measuredColumns: 2,
      method: 'reference-windows',
    });
  });

  it('inputs that jumped with the deploy have moved', async () => {
    const { measured } = await badDeploy(10, ({ a, b }) => ({ a: a + 8, b: (b ?? 0) + 40 }));
    expect(measured?.inputsSinceDeploy?.verdict).toBe('drift');
  });

  it('two windows before are enough, one is not', async () => {
    const two = await badDeploy(2);
    expect(two.measured?.inputsSinceDeploy).toMatchObject({
      verdict: 'no-drift',
      method: 'resampled',
    });
    const one = await badDeploy(1);
    expect(one.measured?.inputsSinceDeploy).toMatchObject({ verdict: 'insufficient', share: null });
  });

  it('a version as good as the earlier one is not called worse', async () => {
    const world = await monitoredWorld();
    const [good, same] = [await world.register('linear'), await world.register('linear')];
    await world.serve(good, hoursOf(DEPLOY - 3, DEPLOY), linear);
    await world.serve(same, hoursOf(DEPLOY, DEPLOY + 1), linear);
    const [measured] = await world.measure(DEPLOY, same, {
      champion: { version: same, ...since },
      previous: { version: good },
    });
    expect(measured?.previous?.better).toBe(false);
    expect(measured?.previous?.lossDifference.mean).toBeCloseTo(0, 4);
  });

  it('ends after as many windows as the guards say', async () => {
    const { world, good, bad, champion } = await badDeploy();
    await world.serve(bad, hoursOf(DEPLOY + 3, DEPLOY + 5), gone);
    const request = { champion, previous: { version: good } };
    const [fourth] = await world.measure(DEPLOY + 3, bad, request);
    const [fifth] = await world.measure(DEPLOY + 4, bad, request);
    expect(fourth).toMatchObject({ windowsSinceDeploy: 4, previous: { better: true } });
    expect(fifth).toMatchObject({ windowsSinceDeploy: 5, previous: null, inputsSinceDeploy: null });
  });
});

import { describe, expect, it } from 'vitest';
import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import { diagnose } from '../../../monitoring/policy/index.js';
import { monitorSpec } from './monitor-spec.js';
import {
  asClass,
  type Hour,
  hoursOf,
  linear,
  MODEL,
  monitoredWorld,
  REFERENCE_WEEKS,
  weekStart,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;
const PLAIN = monitorSpec();
const SPEC: MonitorSpec = {
  ...PLAIN,
  drift: {
    ...PLAIN.drift,
    labels: { distance: 0.1 },
    concept: { detector: 'adwin', options: {} },
  },
};

/** Labels that follow the inputs otherwise from an hour on: the same world, another concept. */
const conceptFrom = (week: number) => (hour: Hour) =>
  hour.timeMs >= Date.parse(weekStart(week)) ? { rentals: Number(hour.rentals) + 4 } : {};

async function served(weeks: number, change?: Parameters<typeof hoursOf>[2]) {
  const world = await monitoredWorld(SPEC);
  const version = await world.register('linear');
  await world.serve(version, hoursOf(WEEK, WEEK + weeks, change), linear);
  return { world, version };
}

/** Measures weeks one after the other and keeps each measurement, as the monitor does. */
async function measureWeeks(
  { world, version }: Awaited<ReturnType<typeof served>>,
  weeks: readonly number[],
  over: Parameters<typeof world.measure>[2] = {},
): Promise<readonly WindowMeasurement[]> {
  const measured: WindowMeasurement[] = [];
  for (const week of weeks) {
    for (const measurement of await world.measure(week, version, over)) {
      await world.registry.recordMeasurement(measurement);
      measured.push(measurement);
    }
  }
  return measured;
}

describe('a detector over the errors', () => {
  it('goes on from week to week, and says from when errors rose', async () => {
    const place = await served(4, conceptFrom(WEEK + 2.5));
    const weeks = await measureWeeks(place, [WEEK, WEEK + 1, WEEK + 2, WEEK + 3]);
    expect(weeks.map(({ concept }) => concept?.verdict)).toEqual([
      'no-drift',
      'no-drift',
      'insufficient',
      'drift',
    ]);
    const found = weeks[3]?.concept;
    expect(found).toMatchObject({ detector: 'adwin', errors: 'relative-error', rows: 168 });
    const change = Date.parse(weekStart(WEEK + 2.5));
    expect(Math.abs(Date.parse(found?.changedFrom ?? '') - change)).toBeLessThan(12 * 3_600_000);
    expect(found?.before).toBeCloseTo(1, 0);
    expect(found?.since).toBeGreaterThan(3);
    expect(diagnose(weeks[3] as WindowMeasurement, [], SPEC)).toMatchObject({
      kind: 'concept-drift',
      rule: 4,
    });
  });

  it('takes a window that is measured again but once', async () => {
    const place = await served(3, conceptFrom(WEEK + 1));
    const once = await measureWeeks(place, [WEEK, WEEK + 1, WEEK + 2]);
    const again = await measureWeeks(place, [WEEK + 1, WEEK + 1, WEEK, WEEK + 1, WEEK + 2]);
    expect(again.at(-1)).toEqual(once.at(-1));
    expect(again[0]).toEqual(once[1]);
  });

  it('passes over a week without labels, and goes on after it', async () => {
    const place = await served(1);
    const { world, version } = place;
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2), linear, () => false);
    await world.serve(version, hoursOf(WEEK + 2, WEEK + 3, conceptFrom(WEEK + 2)), linear);
    const weeks = await measureWeeks(place, [WEEK, WEEK + 1, WEEK + 2]);
    expect(weeks[1]?.concept).toMatchObject({ verdict: 'insufficient', rows: 0 });
    expect(weeks[1]?.concept?.state).toEqual(weeks[0]?.concept?.state);
    expect(weeks[2]?.concept?.verdict).toBe('drift');
  });

  it('begins anew for a version that becomes champion, and that becomes it again', async () => {
    const place = await served(3);
    const reign = { version: place.version, sinceAsOf: weekStart(WEEK + 2) };
    await measureWeeks(place, [WEEK, WEEK + 1]);
    const [goneOn] = await place.world.measure(WEEK + 2, place.version);
    const [anew] = await place.world.measure(WEEK + 2, place.version, { champion: reign });
    const seen = async (measurement: WindowMeasurement | undefined) => {
      if (measurement?.concept === undefined) throw new Error('the detector has a state');
      const state = await place.world.artifacts.readJson<{ watch: { snapshot: { seen: number } } }>(
        measurement.concept.state,
      );
      return state.watch.snapshot.seen;
    };
    expect(await seen(goneOn)).toBe(3 * 168);
    expect(await seen(anew)).toBe(168);
  });

  it('of shares takes numbers as far off or not, of classes as right or wrong', async () => {
    const place = await served(1);
    const drift = (detector: 'ddm' | 'hddm-a') => ({
      ...SPEC,
      drift: { ...SPEC.drift, concept: { detector, options: {} } },
    });
    const [numbers] = await place.world.measure(WEEK, place.version, { spec: drift('ddm') });
    expect(numbers?.concept).toMatchObject({ errors: 'large-error', verdict: 'no-drift' });
    const world = await monitoredWorld({ ...drift('hddm-a'), performance: null });
    const classifier = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    await world.serve(classifier, hoursOf(WEEK + 1, WEEK + 2, asClass), ({ a }) =>
      a > 0 ? 'low' : 'high',
    );
    const [classes] = await world.measure(WEEK + 1, classifier);
    expect(classes?.concept).toMatchObject({ errors: 'wrong-class', rows: 168 });
  });

  it('takes one absurd label as a large error', async () => {
    const place = await served(3, (hour) =>
      hour.timeMs === Date.parse(weekStart(WEEK)) ? { rentals: 1e300 } : {},
    );
    const weeks = await measureWeeks(place, [WEEK, WEEK + 1, WEEK + 2]);
    expect(weeks.map(({ concept }) => concept?.verdict)).not.toContain('drift');
  });

  it('is not there where the monitor names none', async () => {
    const { world, version } = await served(1);
    const [measured] = await world.measure(WEEK, version, { spec: PLAIN });
    expect(measured).not.toHaveProperty('concept');
    expect(measured).not.toHaveProperty('labelDrift');
  });
});

describe('labels that came', () => {
  it('as before are no drift; moved with the inputs they are', async () => {
    const { world, version } = await served(1);
    const moved = hoursOf(WEEK + 1, WEEK + 2).map((hour) => ({
      ...hour,
      a: hour.a + 6,
      rentals: Number(hour.rentals) + 12,
    }));
    await world.serve(version, moved, linear);
    const [still] = await world.measure(WEEK, version);
    const [other] = await world.measure(WEEK + 1, version);
    expect(still?.labelDrift).toMatchObject({ verdict: 'no-drift', answersPerLabel: 'unknown' });
    expect(other?.labelDrift?.verdict).toBe('drift');
    expect(other?.performance?.verdict).toBe('kept');
    expect(diagnose(other as WindowMeasurement, [], SPEC)).toMatchObject({
      kind: 'data-drift',
      reason: expect.stringContaining('labels moved too'),
    });
  });

  it('of a class that is answered as on the hold-out are stable', async () => {
    const spec = {
      ...SPEC,
      performance: { metric: 'accuracy', worseThanShare: 0.1 },
    };
    const world = await monitoredWorld(spec);
    const version = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    const high = hoursOf(WEEK, WEEK + 4, asClass).filter(({ a }, row) => a > 0 || row % 6 === 0);
    const week = high.slice(0, 168).map((hour, row) => ({
      ...hour,
      timeMs: Date.parse(weekStart(WEEK)) + row * 3_600_000,
    }));
    await world.serve(version, week, ({ a }) => (a > 0 ? 'high' : 'low'));
    const [measured] = await world.measure(WEEK, version, { spec });
    expect(measured?.labelDrift).toMatchObject({ verdict: 'drift', answersPerLabel: 'stable' });
    expect(measured?.bias?.rows).toBe(168);
  });
});

describe('the worth of predictions', () => {
  it('has an interval, and the bias beside that of the hold-out', async () => {
    const { world, version } = await served(1);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2), (hour) => linear(hour) + 3);
    const [good] = await world.measure(WEEK, version);
    const [high] = await world.measure(WEEK + 1, version);
    const { interval, value } = good?.performance ?? {};
    expect(interval?.method).toBe('bootstrap');
    expect(interval?.low).toBeLessThan(value ?? 0);
    expect(interval?.high).toBeGreaterThan(value ?? 0);
    expect(good?.bias?.rows).toBe(168);
    expect(Math.abs(good?.bias?.bias ?? 1)).toBeLessThan(0.3);
    expect(good?.bias?.baseline).toBeCloseTo(0, 0);
    expect(good?.bias?.errorVariance).toBeCloseTo(1, 0);
    expect(high?.bias?.bias).toBeCloseTo(3, 0);
    expect(high?.bias?.isBiased).toBe(true);
    expect(high?.bias?.interval?.low).toBeGreaterThan(2.5);
  });

  it('is measured on labels though no metric is watched, and not on too few', async () => {
    const { world, version } = await served(1);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2), linear, (_, row) => row < 99);
    const spec = { ...SPEC, performance: null };
    const [enough] = await world.measure(WEEK, version, { spec });
    const [few] = await world.measure(WEEK + 1, version, { spec });
    expect(enough).toMatchObject({ performance: null, bias: { rows: 168 } });
    expect(few).not.toHaveProperty('bias');
  });

  it('of a profile of an earlier release has no baseline', async () => {
    const { world, version } = await served(1);
    const record = await world.registry.version(MODEL, version);
    if (record?.profile == null) throw new Error('the version has a profile');
    const { bias: _, ...old } = await world.artifacts.readJson<{ bias: unknown }>(record.profile);
    const profile = await world.artifacts.putJson(old, record.profile.mediaType);
    const { version: second } = await world.registry.registerVersion(
      'run-old',
      { ...record, profile },
      'test',
      'test',
    );
    await world.serve(second, hoursOf(WEEK + 1, WEEK + 2), linear);
    const [measured] = await world.measure(WEEK + 1, second);
    expect(measured?.bias).toMatchObject({ baseline: null, varianceRatio: null, rows: 168 });
  });
});

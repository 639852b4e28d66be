import { describe, expect, it } from 'vitest';
import type { MonitorSpec } from '../../../contracts/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import { HOUR_MS } from '../../monitoring/drift/seasonal-stream.js';
import { DAY_MS, monitorSpec } from './monitor-spec.js';
import {
  asClass,
  type Change,
  type Hour,
  hoursOf,
  linear,
  monitoredWorld,
  REFERENCE_WEEKS,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

const drift = (over: Partial<MonitorSpec['drift']>): MonitorSpec =>
  monitorSpec({ drift: { ...monitorSpec().drift, ...over } });

/** As many of each input's values, and no longer the two that belong together: b follows a. */
const coupled: Change = ({ a }) => ({ b: Math.round(5 * a) });

describe('all inputs together', () => {
  const spec = drift({
    multivariate: { method: 'mmd', options: { permutations: 99, maxRows: 168 } },
  });

  async function measuredWith(change: Change, over: MonitorSpec = spec) {
    const world = await monitoredWorld(over);
    const version = await world.register('linear', hoursOf(0, REFERENCE_WEEKS, coupled));
    await world.serve(version, hoursOf(WEEK, WEEK + 2, change), linear);
    const [first] = await world.measure(WEEK, version);
    if (first === undefined) throw new Error('the window has rows');
    await world.registry.recordMeasurement(first);
    const [second] = await world.measure(WEEK + 1, version);
    return { first, second };
  }

  it('of weeks like those of the reference have not moved, though chance would say so', async () => {
    const { first, second } = await measuredWith(coupled);
    expect(first.multivariateDrift).toMatchObject({
      method: 'mmd',
      verdict: 'no-drift',
      rows: 168,
      // Rows that follow one another are no independent sample.
      pValue: 0.01,
      calibration: { method: 'reference-windows', windows: 16, rows: 168 },
    });
    expect(second?.multivariateDrift?.calibration).toEqual(first.multivariateDrift?.calibration);
  });

  it('move where columns that went together no longer do, which none of them shows alone', async () => {
    const { first } = await measuredWith(({ a }) => ({ b: Math.round(-5 * a) }));
    expect(first.featureDrift?.driftedColumns).toEqual([]);
    expect(first.multivariateDrift?.verdict).toBe('drift');
    const { statistic, threshold } = first.multivariateDrift ?? {};
    expect(statistic).toBeGreaterThan(threshold ?? 0);
  });

  it('are judged by the p-value alone with fewer than eight windows, and the result says so', async () => {
    const world = await monitoredWorld(spec);
    const version = await world.register('linear', hoursOf(0, 7, coupled));
    await world.serve(version, hoursOf(WEEK, WEEK + 1, coupled), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.multivariateDrift).toMatchObject({
      threshold: null,
      calibration: { method: 'resampled', windows: 7, threshold: null },
    });
  });

  it('of too few rows say nothing', async () => {
    const world = await monitoredWorld(spec);
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1).slice(0, 99), linear);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.multivariateDrift).toMatchObject({ verdict: 'insufficient', statistic: null });
  });

  it('can be compared by every method that runs here', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear', hoursOf(0, REFERENCE_WEEKS, coupled));
    await world.serve(
      version,
      hoursOf(WEEK, WEEK + 1, ({ a }) => ({ a: a + 8, b: Math.round(-5 * a) })),
      linear,
    );
    for (const method of ['lsdd', 'pca-reconstruction', 'mixed-type-tabular'] as const) {
      const multivariate = { method, options: { permutations: 49, maxRows: 100 } };
      const [measured] = await world.measure(WEEK, version, { spec: drift({ multivariate }) });
      expect([method, measured?.multivariateDrift?.verdict]).toEqual([method, 'drift']);
      expect(measured?.multivariateDrift).toMatchObject({
        rows: 100,
        calibration: { windows: 16 },
      });
    }
  });
});

describe('outliers', () => {
  const spec = monitorSpec({ outliers: { maxShare: 0.05 } });

  it('are the rows far from the reference, and past their limit they are too many', async () => {
    const world = await monitoredWorld(spec);
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const far = hoursOf(WEEK + 1, WEEK + 2).map((hour, i) => (i % 6 ? hour : { ...hour, a: 12 }));
    await world.serve(version, far, linear);
    const [usual] = await world.measure(WEEK, version);
    const [unusual] = await world.measure(WEEK + 1, version);
    expect(usual?.outliers).toMatchObject({ verdict: 'normal', rows: 168 });
    expect(unusual?.outliers?.share).toBeGreaterThanOrEqual(28 / 168);
    expect(unusual?.outliers?.verdict).toBe('high');
  });

  it('are no more than usual where some weeks of the reference have as many', async () => {
    /** Storms in some hours of a week. */
    const stormsEvery =
      (hours: number): Change =>
      ({ timeMs }) =>
        (timeMs / HOUR_MS) % hours === 0 ? { a: 12 } : {};
    const calm = hoursOf(0, REFERENCE_WEEKS);
    const stormy = hoursOf(3, 4, stormsEvery(12));
    const reference = [...calm.slice(0, 3 * 168), ...stormy, ...calm.slice(4 * 168)];
    const world = await monitoredWorld(spec);
    const version = await world.register('linear', reference);
    await world.serve(version, hoursOf(WEEK, WEEK + 1, stormsEvery(12)), linear);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2, stormsEvery(4)), linear);
    const [asBefore] = await world.measure(WEEK, version);
    if (asBefore === undefined) throw new Error('the window has rows');
    await world.registry.recordMeasurement(asBefore);
    const [more] = await world.measure(WEEK + 1, version);
    expect(asBefore.outliers?.share).toBeGreaterThan(0.05);
    expect(asBefore.outliers?.verdict).toBe('normal');
    expect(asBefore.outliers?.limit).toBe(asBefore.outliers?.usual?.share);
    expect(more?.outliers?.verdict).toBe('high');
    expect(more?.outliers?.usual).toEqual(asBefore.outliers?.usual);
  });

  it('are no rows that merely lack a value: their number is the quality of the data', async () => {
    const world = await monitoredWorld(spec);
    const version = await world.register('linear');
    await world.serve(
      version,
      hoursOf(WEEK, WEEK + 1, () => ({ b: null })),
      linear,
    );
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.outliers?.verdict).toBe('normal');
    expect(measured?.quality.breaches).toMatchObject([{ check: 'missing-values' }]);
  });
});

describe('how sure a classification is', () => {
  const random = seededRandom(5);
  const sure = (least: number) => (hour: Hour) => {
    const confidence = least + (1 - least) * random();
    const isHigh = hour.a > 0;
    return {
      ...asClass(hour),
      probabilities: isHigh ? [1 - confidence, confidence] : [confidence, 1 - confidence],
    };
  };
  const predict = ({ a }: Hour) => (a > 0 ? 'high' : 'low');
  const spec = monitorSpec({
    performance: null,
    drift: { ...monitorSpec().drift, confidence: { distance: 0.1 } },
    window: { ...monitorSpec().window, everyMs: 7 * DAY_MS },
  });

  it('is compared with the hold-out, in confidence and in uncertainty', async () => {
    const world = await monitoredWorld({
      ...spec,
      reference: { kind: 'trailing', lengthMs: 56 * DAY_MS },
    });
    const version = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    await world.serve(version, hoursOf(WEEK, WEEK + 9, sure(0.8)), predict);
    await world.serve(version, hoursOf(WEEK + 9, WEEK + 10, sure(0.5)), predict);
    const [as] = await world.measure(WEEK + 8, version);
    const [less] = await world.measure(WEEK + 9, version);
    expect(as?.confidenceDrift).toMatchObject({ verdict: 'no-drift' });
    expect(as?.confidenceDrift?.meanConfidence).toBeCloseTo(0.9, 1);
    expect(less?.confidenceDrift?.verdict).toBe('drift');
    expect(less?.confidenceDrift?.meanConfidence).toBeCloseTo(0.75, 1);
    expect(less?.confidenceDrift?.uncertaintyDistance).toBeGreaterThan(0.1);
    expect(less?.confidenceDrift?.meanUncertainty).toBeGreaterThan(
      as?.confidenceDrift?.meanUncertainty ?? 1,
    );
  });

  it('has a reference in the profile, and none without logged probabilities', async () => {
    const world = await monitoredWorld(spec);
    const version = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    await world.serve(version, hoursOf(WEEK, WEEK + 1, sure(0.99)), predict);
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2, asClass), predict);
    const [logged] = await world.measure(WEEK, version);
    const [unlogged] = await world.measure(WEEK + 1, version);
    expect(logged?.confidenceDrift?.distance).not.toBeNull();
    expect(unlogged?.confidenceDrift).toMatchObject({
      verdict: 'insufficient',
      distance: null,
      uncertaintyDistance: null,
      meanConfidence: null,
    });
  });

  it('is not asked of a regression', async () => {
    const world = await monitoredWorld(spec);
    await expect(world.register('linear')).rejects.toThrow(/drift\.confidence is of classes/);
  });
});

import { describe, expect, it } from 'vitest';
import type { EstimateMeasurement, MonitorSpec } from '../../../contracts/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';
import { monitorSpec } from './monitor-spec.js';
import {
  type Change,
  type Hour,
  hoursOf,
  linear,
  monitoredWorld,
  REFERENCE_WEEKS,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;
const LAST = hoursOf(WEEK - 2, WEEK - 1);

/** Hours of some weeks whose inputs come from a week of the hold-out, each of them twice. */
function ordinary(week: number, change: Change = () => ({})): Hour[] {
  return [...hoursOf(week, week + 1), ...hoursOf(week, week + 1)].map((hour, row) => {
    const { a, b } = LAST[row % LAST.length] ?? hour;
    const noise = Number(hour.rentals) - linear(hour);
    const known = { ...hour, a, b, rentals: 2 * a + (b ?? 0) + noise };
    return { ...known, ...change(known) };
  });
}
const NOBODY = () => false;

const estimating = (metric: string, over: Partial<MonitorSpec> = {}) =>
  monitorSpec({
    performance: null,
    estimate: { metric, worseThanShare: 0.1 },
    ...over,
  });

/** The label is high as often as the classifier says: with probability 1 / (1 + e^−2a). */
function asFair(seed: number): Change {
  const random = seededRandom(seed);
  return ({ a }) => ({ rentals: random() < 1 / (1 + Math.exp(-2 * a)) ? 'high' : 'low' });
}

const said = ({ a }: Hour) => (a > 0 ? 'high' : 'low');

/** Hours on which the classifier is unsure, all of them such as it knows. */
const unsure = (hours: readonly Hour[]): Hour[] =>
  hours.map((hour) => ({ ...hour, a: hour.a / 6 }));

/** Six times as much noise where `a` is above 0. */
const uneven: Change = (hour) => {
  const noise = Number(hour.rentals) - linear(hour);
  return { rentals: linear(hour) + (hour.a > 0 ? 6 : 1) * noise };
};

const BASELINE = { accuracy: 0.83, rocAuc: 0.9 };

async function classified(over: Partial<MonitorSpec> = {}, metric = 'accuracy') {
  const world = await monitoredWorld(estimating(metric, over));
  const version = await world.register('classifier', hoursOf(0, WEEK, asFair(1)), BASELINE);
  return { world, version };
}

describe('an estimate without labels', () => {
  it('of a classification keeps to the baseline while inputs stay', async () => {
    const { world, version } = await classified();
    await world.serve(version, ordinary(WEEK, asFair(2)), said, NOBODY);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.labelledRows).toBe(0);
    const estimate = measured?.estimate as EstimateMeasurement;
    expect(estimate).toMatchObject({
      method: 'confidence-based',
      metric: 'accuracy',
      verdict: 'kept',
      baseline: BASELINE.accuracy,
      threshold: 0.1,
      isValid: true,
      doubts: [],
    });
    expect(estimate.value).toBeCloseTo(0.83, 1);
    expect(estimate.low).toBeLessThan(estimate.value ?? 0);
    expect(estimate.high).toBeGreaterThan(estimate.value ?? 1);
  });

  it('is lost once the rows are such as the model is unsure of, which labels bear out', async () => {
    const { world, version } = await classified();
    const hours = unsure(ordinary(WEEK));
    const truth = asFair(3);
    await world.serve(
      version,
      hours.map((hour) => ({ ...hour, ...truth(hour) })),
      said,
    );
    const spec = estimating('accuracy', {
      performance: { metric: 'accuracy', worseThanShare: 0.1 },
    });
    const [measured] = await world.measure(WEEK, version, { spec });
    const { estimate, performance } = measured ?? {};
    expect(estimate).toMatchObject({ verdict: 'lost', isValid: true });
    expect(estimate?.relativeLoss).toBeGreaterThan(0.2);
    expect(performance?.value).toBeGreaterThan(estimate?.low ?? 1);
    expect(performance?.value).toBeLessThan(estimate?.high ?? 0);
  });

  it('is made from the probabilities that were logged with the answers, where they were', async () => {
    const { world, version } = await classified();
    const sure = ordinary(WEEK).map((hour) => ({
      ...hour,
      probabilities: hour.a > 0 ? [0.05, 0.95] : [0.95, 0.05],
    }));
    await world.serve(version, ordinary(WEEK), said, NOBODY);
    await world.serve(version, sure, said, NOBODY);
    const [asked] = await world.measure(WEEK, version);
    await world.serve(
      version,
      sure.map((hour) => ({ ...hour, timeMs: hour.timeMs + 7 * 86_400_000 })),
      said,
      NOBODY,
    );
    const [logged] = await world.measure(WEEK + 1, version);
    // Half of the rows without them: all are asked again, and none counts as sure.
    expect(asked?.estimate?.value).toBeLessThan(0.9);
    expect(logged?.estimate?.value).toBeGreaterThan(0.9);
  });

  it('by a metric of the ranking asks for probabilities', async () => {
    const { world, version } = await classified({}, 'rocAuc');
    await world.serve(version, unsure(ordinary(WEEK)), said, NOBODY);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.estimate).toMatchObject({ metric: 'rocAuc', verdict: 'lost' });
  });

  it('does not see concept drift, and says so once labels or a detector do', async () => {
    const concept = { detector: 'adwin', options: {} };
    const spec = estimating('accuracy', {
      drift: { features: null, predictions: null, concept },
    } as Partial<MonitorSpec>);
    const world = await monitoredWorld(spec);
    const version = await world.register('classifier', hoursOf(0, WEEK, asFair(1)), BASELINE);
    const opposite: Change = ({ a }) => ({ rentals: a > 0 ? 'low' : 'high' });
    for (const [week, truth] of [asFair(4), asFair(5), opposite, opposite].entries()) {
      await world.serve(version, ordinary(WEEK + week, truth), said);
      const [measured] = await world.measure(WEEK + week, version);
      if (measured === undefined) throw new Error('the week was measured');
      await world.registry.recordMeasurement(measured);
    }
    const all = await world.registry.measurements('bike-demand');
    expect(all.map(({ estimate }) => estimate?.verdict)).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(all.map(({ estimate }) => estimate?.isValid)).toEqual([true, true, false, false]);
    const doubts = all.at(-1)?.estimate?.doubts.join('\n');
    expect(doubts).toMatch(/errors rose since \S+ as adwin finds/);
    expect(doubts).toMatch(/labels give .* concept drift/);
  });

  it('is doubted where rows lie outside what the hold-out holds', async () => {
    const { world, version } = await classified();
    const far = ordinary(WEEK, ({ a }) => ({ a: a + 30 }));
    await world.serve(version, far, said, NOBODY);
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.estimate).toMatchObject({ isValid: false });
    expect(measured?.estimate?.doubts).toEqual([
      expect.stringMatching(/^100 % of the rows lie where the reference has none/),
    ]);
  });

  it('is insufficient with its reason, never good', async () => {
    const { world, version } = await classified();
    await world.serve(version, hoursOf(WEEK, WEEK + 1).slice(0, 99), said, NOBODY);
    const [few] = await world.measure(WEEK, version);
    expect(few?.estimate).toMatchObject({
      verdict: 'insufficient',
      value: null,
      relativeLoss: null,
      isValid: false,
      doubts: ['99 rows, and 100 are the least'],
    });
    await world.serve(version, hoursOf(WEEK + 1, WEEK + 2), said, NOBODY);
    const [other] = await world.measure(WEEK + 1, version, { spec: estimating('rocAuc') });
    expect(other?.estimate?.doubts).toEqual([
      'the version was registered for estimates of accuracy, not of rocAuc',
    ]);
    const before = await monitoredWorld(monitorSpec());
    const old = await before.register('classifier', hoursOf(0, WEEK, asFair(1)), BASELINE);
    await before.serve(old, hoursOf(WEEK, WEEK + 1), said, NOBODY);
    const [measured] = await before.measure(WEEK, old, { spec: estimating('accuracy') });
    expect(measured?.estimate).toMatchObject({ verdict: 'insufficient', isValid: false });
    expect(measured?.estimate?.doubts[0]).toMatch(/register one with this monitor/);
  });

  it('is not registered for what cannot be estimated', async () => {
    const world = await monitoredWorld(estimating('logLoss'));
    await expect(
      world.register('classifier', hoursOf(0, WEEK, asFair(1)), BASELINE),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      hint: 'these can: accuracy, precision, recall, f1, rocAuc, averagePrecision',
    });
  });
});

describe.skipIf(WITHOUT_PYTHON)(`an estimate of a regression${PYTHON_NOTE}`, () => {
  it('expects larger errors on the rows that had them, before any label tells', async () => {
    const world = await monitoredWorld(estimating('mae'));
    const version = await world.register('linear', hoursOf(0, WEEK, uneven), { mae: 2.8 });
    await world.serve(version, ordinary(WEEK, uneven), linear, NOBODY);
    // Of the same range, but all of them on the side where errors are large.
    const oneSided = ordinary(WEEK + 1, ({ a }) => ({ a: 0.8 * Math.abs(a) }));
    await world.serve(version, oneSided, linear, NOBODY);
    const [first] = await world.measure(WEEK, version);
    expect(first?.estimate).toMatchObject({
      method: 'direct-loss',
      metric: 'mae',
      verdict: 'kept',
      baseline: 2.8,
    });
    expect(first?.estimate?.value).toBeLessThan(2.8);
    const [moved] = await world.measure(WEEK + 1, version);
    expect(moved?.estimate).toMatchObject({ verdict: 'lost', isValid: true });
    expect(moved?.estimate?.value).toBeGreaterThan(3.5);
    expect(moved?.estimate?.value).toBeLessThan(5.5);
  });
});

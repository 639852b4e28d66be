import { describe, expect, it } from 'vitest';
import type { MonitorSpec, SliceSpec } from '../../../contracts/index.js';
import { largerByChance } from '../../../monitoring/drift/index.js';
import { monitorSpec } from './monitor-spec.js';
import {
  asClass,
  type Change,
  hoursOf,
  linear,
  monitoredWorld,
  REFERENCE_WEEKS,
} from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

const NORTH: SliceSpec = { name: 'north', where: [{ column: 'region', values: ['north'] }] };
const COLD: SliceSpec = { name: 'cold', where: [{ column: 'a', to: 0 }] };
const BOTH: SliceSpec = { name: 'cold north', where: [...NORTH.where, ...COLD.where] };
const NOWHERE: SliceSpec = {
  name: 'atlantis',
  where: [{ column: 'region', values: ['atlantis'] }],
};

const watching = (slices: readonly SliceSpec[], over: Partial<MonitorSpec> = {}) =>
  monitorSpec({ slices, ...over });

/** Every third hour is of the north. */
const placed: Change = ({ timeMs }) => ({
  region: (timeMs / 3_600_000) % 3 === 0 ? 'north' : 'south',
});

describe('slices of a window', () => {
  it('find a loss that the whole hides, where it is', async () => {
    const world = await monitoredWorld(watching([NORTH, COLD, BOTH, NOWHERE]));
    const version = await world.register('linear', hoursOf(0, WEEK, placed));
    const hours = hoursOf(WEEK, WEEK + 1, placed);
    await world.serve(version, hours, (hour) => linear(hour) + (hour.region === 'north' ? 2 : 0));
    const [measured] = await world.measure(WEEK, version);
    const [north, cold, both, nowhere] = measured?.slices ?? [];
    expect(north).toMatchObject({
      name: 'north',
      rows: 56,
      labelledRows: 56,
      metric: 'mae',
      verdict: 'lost',
    });
    expect(north?.baseline).toBeCloseTo(0.8, 0);
    expect(north?.value).toBeGreaterThan(1.5);
    expect(north?.relativeLoss).toBeGreaterThan(0.8);
    expect(north?.adjustedPValue).toBeLessThan(0.001);
    expect(north?.interval?.method).toBe('bootstrap');
    expect(both?.rows).toBeLessThan(Math.min(north?.rows ?? 0, cold?.rows ?? 0));
    expect(nowhere).toEqual({
      name: 'atlantis',
      rows: 0,
      labelledRows: 0,
      metric: 'mae',
      value: null,
      baseline: null,
      relativeLoss: null,
      verdict: 'insufficient',
    });
  });

  it('of ordinary weeks are seldom lost, however many are watched', async () => {
    const many = Array.from({ length: 20 }, (_, i): SliceSpec => {
      const from = -3 + 0.3 * i;
      return { name: `from ${from.toFixed(1)}`, where: [{ column: 'a', from, to: from + 0.6 }] };
    });
    const world = await monitoredWorld(watching(many));
    const version = await world.register('linear');
    for (let week = WEEK; week < WEEK + 5; week += 1) {
      await world.serve(version, hoursOf(week, week + 1), linear);
    }
    const judged: string[] = [];
    let past = 0;
    for (let week = WEEK; week < WEEK + 5; week += 1) {
      const [measured] = await world.measure(week, version);
      for (const { verdict, relativeLoss } of measured?.slices ?? []) {
        judged.push(verdict);
        if ((relativeLoss ?? 0) > 0.1) past += 1;
      }
    }
    expect(judged).toHaveLength(100);
    expect(judged.filter((verdict) => verdict === 'kept').length).toBeGreaterThan(10);
    // What a limit alone would have called lost.
    expect(past).toBeGreaterThan(3);
    expect(judged.filter((verdict) => verdict === 'lost')).toEqual([]);
  });

  it('need labels: rows without them are counted, and judge nothing', async () => {
    const world = await monitoredWorld(watching([COLD]));
    const version = await world.register('linear');
    const hours = hoursOf(WEEK, WEEK + 1);
    await world.serve(version, hours, linear, (_, row) => row < 20);
    const [measured] = await world.measure(WEEK, version);
    const [cold] = measured?.slices ?? [];
    expect(cold).toMatchObject({ value: null, relativeLoss: null, verdict: 'insufficient' });
    expect(cold?.rows).toBe(hours.filter(({ a }) => a < 0).length);
    expect(cold?.labelledRows).toBeLessThan(30);
  });

  it('of a classification are measured by the classes that were served', async () => {
    const spec = watching([COLD], { performance: { metric: 'accuracy', worseThanShare: 0.1 } });
    const world = await monitoredWorld(spec);
    const version = await world.register('classifier', hoursOf(0, WEEK, asClass));
    await world.serve(version, hoursOf(WEEK, WEEK + 1, asClass), () => 'high');
    const [measured] = await world.measure(WEEK, version);
    expect(measured?.slices).toMatchObject([
      { metric: 'accuracy', value: 0, baseline: 1, relativeLoss: 1, verdict: 'lost' },
    ]);
  });

  it('that the version was not registered with have no baseline', async () => {
    const world = await monitoredWorld(watching([COLD]));
    const version = await world.register('linear');
    await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const warm = { name: 'warm', where: [{ column: 'a', from: 0 }] };
    const [measured] = await world.measure(WEEK, version, { spec: watching([warm, COLD]) });
    expect(measured?.slices?.map(({ verdict }) => verdict)).toEqual(['insufficient', 'kept']);
  });

  it('of a column that the model does not know are refused at registration', async () => {
    const strange = { name: 'x', where: [{ column: 'weekday', values: [1] }] };
    const world = await monitoredWorld(watching([strange]));
    await expect(world.register('linear')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('weekday'),
      hint: expect.stringContaining('a, b, its context columns hour, region'),
    });
  });
});

describe('two figures by their intervals', () => {
  it('differ as a z-test of two means says', () => {
    const [larger, smaller] = [
      { value: 10, low: 8, high: 12 },
      { value: 6, low: 4.5, high: 7.5 },
    ];
    // 1 − Φ(1.959964 · 4 / 2.5) by scipy.stats.norm.sf
    expect(largerByChance(larger, smaller)).toBeCloseTo(0.000856, 5);
    expect(largerByChance(smaller, larger)).toBeCloseTo(1 - 0.000856, 5);
    expect(largerByChance(larger, larger)).toBe(0.5);
  });

  it('without any doubt are larger or not', () => {
    const exactly = (value: number) => ({ value, low: value, high: value });
    expect(largerByChance(exactly(2), exactly(1))).toBe(0);
    expect(largerByChance(exactly(1), exactly(1))).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { readFeatureHistory } from '../../../cli/models/feature-history.js';
import { hoursOf, linear, MODEL, monitoredWorld, REFERENCE_WEEKS } from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

describe('the history of a feature', () => {
  async function threeWeeks() {
    const world = await monitoredWorld();
    const [first, second] = [await world.register('linear'), await world.register('linear')];
    await world.serve(first, hoursOf(WEEK, WEEK + 2), linear);
    await world.serve(
      second,
      hoursOf(WEEK + 2, WEEK + 3, ({ a }) => ({ a: a + 6 })),
      linear,
    );
    for (const [week, champion] of [
      [WEEK, first],
      [WEEK + 1, first],
      [WEEK + 2, second],
    ] as const) {
      for (const measured of await world.measure(week, champion)) {
        await world.registry.recordMeasurement(measured);
      }
    }
    return { world, measurements: await world.registry.measurements(MODEL) };
  }

  it('has each window on the bins of its version, with what the monitor found', async () => {
    const { world, measurements } = await threeWeeks();
    const { windows } = await readFeatureHistory(world.artifacts, MODEL, measurements, 'a');
    expect(windows.map(({ version, verdict }) => [version, verdict])).toEqual([
      [1, 'no-drift'],
      [1, 'no-drift'],
      [2, 'drift'],
    ]);
    for (const { bins, counts, reference, rows, missing } of windows) {
      expect(counts.reduce((sum, count) => sum + count, missing)).toBe(rows);
      expect(reference.reduce((sum, count) => sum + count, 0)).toBe(REFERENCE_WEEKS * 168);
      if (bins.of !== 'numbers') throw new Error('a is a number');
      expect(counts).toHaveLength(bins.edges.length + 1);
    }
    const distances = windows.map(({ distance }) => distance ?? 0);
    expect(distances[2]).toBeGreaterThan(2 * Math.max(distances[0] ?? 0, distances[1] ?? 0));
  });

  it('of a feature that no window has names the nearest', async () => {
    const { world, measurements } = await threeWeeks();
    await expect(readFeatureHistory(world.artifacts, MODEL, measurements, 'aa')).rejects.toThrow(
      /have no feature aa/,
    );
  });

  it('of a model without windows is empty', async () => {
    const { artifacts } = await monitoredWorld();
    const history = await readFeatureHistory(artifacts, MODEL, [], 'a');
    expect(history).toEqual({ name: MODEL, feature: 'a', windows: [] });
  });
});

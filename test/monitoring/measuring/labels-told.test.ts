import { describe, expect, it } from 'vitest';
import { monitorSpec } from './monitor-spec.js';
import { asClass, hoursOf, linear, monitoredWorld, REFERENCE_WEEKS } from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

describe('labels of a window', () => {
  it('given again with another value: the last counts, and how many is measured', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const ids = await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    const [before] = await world.measure(WEEK, version);
    expect(before).not.toHaveProperty('replacedLabels');
    await world.tell(ids.slice(0, 40).map((id) => ({ id, label: 1_000 })));
    const [after] = await world.measure(WEEK, version);
    expect(after).toMatchObject({ labelledRows: 168, replacedLabels: 40 });
    expect(after?.performance?.value).toBeGreaterThan(200);
  });

  it('that are no numbers of a regression count as not come', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const ids = await world.serve(version, hoursOf(WEEK, WEEK + 1), linear);
    await world.tell([
      { id: ids[0] ?? '', label: 'n/a' },
      { id: ids[1] ?? '', label: true },
    ]);
    const [measured] = await world.measure(WEEK, version);
    expect(measured).toMatchObject({ labelledRows: 166, unusableLabels: 2, replacedLabels: 2 });
    expect(measured?.performance?.verdict).toBe('kept');
  });

  it('that are booleans alone are no numbers either', async () => {
    const world = await monitoredWorld();
    const version = await world.register('linear');
    const ids = await world.serve(version, hoursOf(WEEK, WEEK + 1), linear, () => false);
    await world.tell(ids.map((id) => ({ id, label: true })));
    const [measured] = await world.measure(WEEK, version);
    expect(measured).toMatchObject({ labelledRows: 0, unusableLabels: 168 });
    expect(measured?.performance?.verdict).toBe('insufficient');
  });

  it('of no class of the model count as answered wrongly', async () => {
    const world = await monitoredWorld();
    const version = await world.register('classifier', hoursOf(0, WEEK, asClass));
    const hours = hoursOf(WEEK, WEEK + 1, asClass);
    const ids = await world.serve(version, hours, (hour) => String(hour.rentals));
    await world.tell(ids.slice(0, 84).map((id) => ({ id, label: 'middling' })));
    const [measured] = await world.measure(WEEK, version, {
      spec: monitorSpec({ performance: { metric: 'accuracy', worseThanShare: 0.1 } }),
    });
    expect(measured).toMatchObject({ labelledRows: 168, unusableLabels: 84 });
    expect(measured?.performance).toMatchObject({ value: 0.5, verdict: 'lost' });
  });
});

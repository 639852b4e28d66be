import { describe, expect, it } from 'vitest';
import { disagreementOf } from '../../../monitoring/measuring/measure-shadow.js';
import { monitorSpec } from './monitor-spec.js';
import { gone, hoursOf, linear, monitoredWorld, REFERENCE_WEEKS } from './monitored-world.js';

const WEEK = REFERENCE_WEEKS;

describe('a version in the shadow', () => {
  it('is the newest above the champion, asked the rows of the window', async () => {
    const world = await monitoredWorld(monitorSpec({ shadow: {} }));
    const champion = await world.register('linear');
    const hours = hoursOf(WEEK, WEEK + 1);
    await world.serve(champion, hours, linear);
    const [alone] = await world.measure(WEEK, champion);
    expect(alone).not.toHaveProperty('shadow');
    const same = await world.register('linear');
    const [agreed] = await world.measure(WEEK, champion);
    expect(agreed?.shadow).toEqual({ version: same, rows: 168, disagreement: 0 });
    const other = await world.register('linear-plus-1000');
    const [measured] = await world.measure(WEEK, champion);
    expect(measured?.shadow).toEqual({ version: other, rows: 168, disagreement: 1 });
    await world.serve(other, hours.slice(0, 10), gone);
    const [ofOld] = await world.measure(WEEK, other);
    expect(ofOld).not.toHaveProperty('shadow');
  });

  it('is not asked unless the monitor says so, and no more rows than it says', async () => {
    const world = await monitoredWorld();
    const champion = await world.register('linear');
    await world.register('linear-plus-1000');
    await world.serve(champion, hoursOf(WEEK, WEEK + 1), linear);
    const [unasked] = await world.measure(WEEK, champion);
    expect(unasked).not.toHaveProperty('shadow');
    const spec = monitorSpec({ shadow: { maxRows: 50 } });
    const [measured] = await world.measure(WEEK, champion, { spec });
    expect(measured?.shadow).toMatchObject({ rows: 50, disagreement: 1 });
  });

  it('of another kind of answer is none', async () => {
    const world = await monitoredWorld(monitorSpec({ shadow: {} }));
    const champion = await world.register('linear');
    const classes = hoursOf(0, WEEK, ({ a }) => ({ rentals: a > 0 ? 'high' : 'low' }));
    await world.register('classifier', classes);
    await world.serve(champion, hoursOf(WEEK, WEEK + 1), linear);
    const [measured] = await world.measure(WEEK, champion);
    expect(measured).not.toHaveProperty('shadow');
  });
});

describe('disagreement', () => {
  const served = (...values: number[]) =>
    ({ name: 'p', kind: 'number', values: Float64Array.from(values) }) as const;
  const answers = (...values: number[]) =>
    ({ task: 'regression', values: Float64Array.from(values) }) as const;

  it('of numbers begins at a hundredth of their spread', () => {
    // standard deviation 1: differences up to 0.01 are none
    const numbers = served(9, 10, 11);
    expect(disagreementOf(numbers, answers(9.009, 10, 11))).toBe(0);
    expect(disagreementOf(numbers, answers(9.02, 10, 11.02))).toBeCloseTo(2 / 3, 12);
    expect(disagreementOf(numbers, answers(9, Number.NaN, 11))).toBeCloseTo(1 / 3, 12);
    // a model that always says the same: roundings of 32 bits are none
    expect(disagreementOf(served(5, 5), answers(5.000001, 5))).toBe(0);
  });

  it('of classes is another class', () => {
    const classes = ['low', 'high'];
    const said = {
      name: 'p',
      kind: 'string',
      values: ['low', 'high', 'low', 'unheard of'],
    } as const;
    const classIndexes = Int32Array.of(0, 0, 0, 0);
    const probabilities = new Float64Array(8);
    const other = { task: 'classification', classes, classIndexes, probabilities } as const;
    expect(disagreementOf(said, other)).toBe(0.5);
  });
});

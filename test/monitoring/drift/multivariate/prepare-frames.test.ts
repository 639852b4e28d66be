import { describe, expect, it } from 'vitest';
import { prepareFrames } from '../../../../monitoring/drift/index.js';
import { categories, frame, mixedFrame, numbers } from './data-frames.js';

const columnOf = (
  prepared: ReturnType<typeof prepareFrames>,
  side: 'reference' | 'current',
  name: string,
) => {
  const at = prepared.features.findIndex((feature) => feature.name === name);
  const { rows, columns, values } = prepared[side];
  return Array.from({ length: rows }, (_, i) => values[i * columns + at] ?? Number.NaN);
};

describe('frames as matrices', () => {
  it('standardises numbers on the reference', () => {
    const prepared = prepareFrames(frame(numbers('x', 1, 3)), frame(numbers('x', 4)));
    expect(prepared.current.values[0]).toBeCloseTo(Math.SQRT2, 12);
    expect(columnOf(prepared, 'reference', 'x')[0]).toBeCloseTo(-Math.SQRT1_2, 12);
  });

  it('puts missing numbers at the mean and says where they were', () => {
    const prepared = prepareFrames(frame(numbers('x', 1, 3)), frame(numbers('x', Number.NaN, 4)));
    expect(columnOf(prepared, 'current', 'x')[0]).toBe(0);
    expect(columnOf(prepared, 'current', 'x is missing')).toEqual([1, 0]);
    expect(columnOf(prepared, 'reference', 'x is missing')).toEqual([0, 0]);
  });

  it('puts infinities at the ends of the reference', () => {
    const prepared = prepareFrames(
      frame(numbers('x', 0, 1, 2)),
      frame(numbers('x', Infinity, -Infinity)),
    );
    expect(columnOf(prepared, 'current', 'x')).toEqual([1, -1]);
  });

  it('gives each category of either side a column, and one to those never seen before', () => {
    const prepared = prepareFrames(
      frame(categories('c', 'a', 'b', null)),
      frame(categories('c', 'z', 'b')),
    );
    expect(prepared.features.map(({ name }) => name)).toEqual([
      'c = b',
      'c = a',
      'c = z',
      'c is missing',
    ]);
    expect(columnOf(prepared, 'current', 'c = z')).toEqual([1, 0]);
    expect(prepared.features.every(({ column }) => column === 'c')).toBe(true);
  });

  it('shares one column among all but the thirty most frequent categories', () => {
    const names = Array.from({ length: 50 }, (_, i) => `id-${String(i).padStart(2, '0')}`);
    const prepared = prepareFrames(
      frame(categories('c', ...names)),
      frame(categories('c', 'id-07')),
    );
    expect(prepared.features).toHaveLength(31);
    expect(columnOf(prepared, 'reference', 'c is another').filter((x) => x === 1)).toHaveLength(20);
  });

  it('leaves out what is constant, on one side alone, or of two kinds, and names it', () => {
    const prepared = prepareFrames(
      frame(numbers('same', 1, 1), numbers('x', 1, 2), numbers('kind', 1, 2), numbers('old', 1, 2)),
      frame(numbers('same', 1), numbers('x', 1), categories('kind', 'a'), numbers('new', 1)),
    );
    expect(prepared.features.map(({ name }) => name)).toEqual(['x']);
    expect(prepared.unused).toEqual(['same', 'kind', 'old', 'new']);
  });

  it('keeps a constant that changed', () => {
    const prepared = prepareFrames(frame(numbers('x', 5, 5)), frame(numbers('x', 5, 7)));
    expect(columnOf(prepared, 'current', 'x')[0]).toBe(0);
    expect(columnOf(prepared, 'current', 'x')[1]).toBeGreaterThan(0);
  });

  it('holds numbers whose squares overflow', () => {
    const { reference } = prepareFrames(
      frame(numbers('x', 1e300, -1e300, 5)),
      frame(numbers('x', 1)),
    );
    expect(reference.values.every(Number.isFinite)).toBe(true);
  });

  it('is the same whichever way it is asked twice, and refuses columns of two lengths', () => {
    const [a, b] = [mixedFrame(1, 30, 2), mixedFrame(2, 20, 2)];
    expect(prepareFrames(a, b)).toEqual(prepareFrames(a, b));
    expect(() => prepareFrames(frame(numbers('x', 1), numbers('y', 1, 2)), b)).toThrow(
      'column y has 2 rows, the first has 1',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { windowSeries } from '../../../../monitoring/drift/index.js';

describe('windows of a time series', () => {
  const series = Float64Array.of(1, 2, 3, 4, 5);

  it('stand side by side, or overlap with a stride', () => {
    expect(windowSeries(series, 2)).toEqual({
      rows: 2,
      columns: 2,
      values: Float64Array.of(1, 2, 3, 4),
    });
    expect(windowSeries(series, 2, 1).rows).toBe(4);
    expect([...windowSeries(series, 3, 2).values]).toEqual([1, 2, 3, 3, 4, 5]);
  });

  it('hold several series at once', () => {
    const two = Float64Array.of(1, 10, 2, 20, 3, 30);
    expect(windowSeries(two, 2, 1, 2)).toEqual({
      rows: 2,
      columns: 4,
      values: Float64Array.of(1, 10, 2, 20, 2, 20, 3, 30),
    });
  });

  it('are none where the series is shorter', () => {
    expect(windowSeries(series, 6)).toMatchObject({ rows: 0, columns: 6 });
  });

  it.each([
    [() => windowSeries(series, 0), 'length is a whole number from 1, not 0'],
    [() => windowSeries(series, 2, 1.5), 'stride is a whole number from 1, not 1.5'],
    [() => windowSeries(series, 2, 1, 2), '5 values do not divide into 2 series'],
  ])('are refused: %s', (make, message) => {
    expect(make).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import * as drift from '../../monitoring/drift/index.js';
import { runExamples } from './run-examples.js';

describe('the examples of docs/statistics/estimation.md', () => {
  const examples = runExamples('docs/statistics/estimation.md', drift);

  it('all claim something', () => {
    expect(examples.map((claims) => claims.length > 0)).toEqual([true, true, true]);
  });

  it.each(examples.flat())('$line', ({ actual, expected }) => {
    if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 4);
    else expect(actual).toEqual(expected);
  });
});

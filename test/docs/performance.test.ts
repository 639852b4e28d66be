import { describe, expect, it } from 'vitest';
import * as drift from '../../monitoring/drift/index.js';
import { runExamples } from './run-examples.js';

describe('the examples of docs/statistics/performance.md', () => {
  const examples = runExamples('docs/statistics/performance.md', drift);

  it('all claim something', () => {
    expect(examples.map((claims) => claims.length > 0)).not.toContain(false);
    expect(examples.length).toBeGreaterThanOrEqual(6);
  });

  it.each(examples.flat())('$line', ({ actual, expected }) => {
    if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 4);
    else expect(actual).toEqual(expected);
  });
});

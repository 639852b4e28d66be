import { describe, expect, it } from 'vitest';
import * as drift from '../../monitoring/drift/index.js';
import { runExamples } from './run-examples.js';

describe('the examples of docs/statistics/choosing.md', () => {
  const examples = runExamples('docs/statistics/choosing.md', drift);

  it('all claim something', () => {
    expect(examples.map((claims) => claims.length > 0)).not.toContain(false);
    expect(examples).toHaveLength(4);
  });

  it.each(examples.flat())('$line', ({ actual, expected }) => {
    if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 4);
    else expect(actual).toEqual(expected);
  });
});

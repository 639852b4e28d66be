import { describe, expect, test } from 'vitest';
import { nearest, suggestion } from '../../pipelines/nearest.js';

describe('the nearest name', () => {
  test.each([
    ['souce', ['source', 'format'], 'source'],
    ['min-rows', ['minRows', 'every'], 'minRows'],
    ['medain', ['mean', 'median'], 'median'],
    ['ab', ['a', 'z'], 'a'],
    ['kolmogorov', ['kolmogorov-smirnov', 't-test'], 'kolmogorov-smirnov'],
    ['mann', ['mann-whitney', 'mannheim'], null],
    ['zz', ['a', 'b'], null],
    ['z', ['a'], null],
    ['anything', [], null],
  ])('of %s among %j is %s', (name, known, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  test('where none is near, what there is', () => {
    expect(suggestion('zz', ['a', 'b'])).toBe('known: a, b');
  });
});

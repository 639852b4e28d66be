import { describe, expect, it } from 'vitest';
import { percent } from '../../../../monitoring/drift/dataset/column-notes.js';

describe('a share in words', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '0.040 %'],
    [0.123, '12 %'],
    [0.9949, '99 %'],
    [0.9967, '99.7 %'],
    [0.99999, '99.999 %'],
    [1, '100 %'],
  ])('%f is %s: only all is called 100 %%', (share, words) => {
    expect(percent(share)).toBe(words);
  });
});

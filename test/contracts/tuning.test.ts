import { describe, expect, it } from 'vitest';
import { gainOver, isBetter } from '../../contracts/index.js';

describe('the scores of a search', () => {
  it('are better the lower they are where it minimises, the higher where it maximises', () => {
    expect(isBetter(1, 2, 'minimise')).toBe(true);
    expect(isBetter(2, 1, 'minimise')).toBe(false);
    expect(isBetter(2, 1, 'maximise')).toBe(true);
    expect(isBetter(1, 2, 'maximise')).toBe(false);
  });

  it('are no better than their equals', () => {
    expect(isBetter(0.1, 0.1, 'minimise')).toBe(false);
    expect(isBetter(0.1, 0.1, 'maximise')).toBe(false);
  });

  it('differ by a gain that is below 0 for a worse one', () => {
    expect(gainOver(5, 8, 'minimise')).toBe(3);
    expect(gainOver(5, 8, 'maximise')).toBe(-3);
    expect(gainOver(8, 8, 'maximise')).toBe(0);
  });

  it('are told apart by the last bit', () => {
    expect(isBetter(Number.MIN_VALUE, 0, 'maximise')).toBe(true);
    expect(isBetter(1 - Number.EPSILON / 2, 1, 'minimise')).toBe(true);
  });
});

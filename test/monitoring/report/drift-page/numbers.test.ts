import { describe, expect, it } from 'vitest';
import {
  formatMoment,
  formatTimeDifference,
} from '../../../../monitoring/report/drift-page/dates.js';
import {
  formatDifference,
  formatNumber,
  formatPair,
  formatPValue,
  formatShare,
  plainNumber,
} from '../../../../monitoring/report/drift-page/numbers.js';

/** The page keeps a number on one line. */
const spaced = (text: string): string => text.replaceAll('\u00A0', ' ');

describe('a number', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [12_345.678, '12,346'],
    [1_234_567, '1,234,567'],
    [0.15, '0.15'],
    [-2.5, '−2.5'],
    [0.00001234, '1.234 × 10⁻⁵'],
    [6.02e23, '6.02 × 10²³'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NaN, '—'],
    [null, '—'],
  ])('%s reads %s', (value, text) => {
    expect(spaced(formatNumber(value))).toBe(text);
  });

  it('is written for programs without grouping, and nothing stands for none', () => {
    expect(plainNumber(1_234_567)).toBe('1234570');
    expect(plainNumber(4.2e-15)).toBe('4.2e-15');
    expect(plainNumber(null)).toBe('');
  });
});

describe('a p-value', () => {
  it.each([
    [0.0157, '0.0157'],
    [0.5, '0.5000'],
    [1, '1.0000'],
    [0.99999, '> 0.9999'],
    [4.2188474935755949e-15, '4.22 × 10⁻¹⁵'],
    [1e-299, '1 × 10⁻²⁹⁹'],
    [0, '< 1 × 10⁻³⁰⁷'],
    [5e-324, '< 1 × 10⁻³⁰⁷'],
    [null, '—'],
  ])('%s reads %s', (p, text) => {
    expect(spaced(formatPValue(p))).toBe(text);
  });
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [0.00003, '< 0.01 %'],
    [0.0012, '0.12 %'],
    [0.138, '13.8 %'],
    [0.9994, '99.94 %'],
    [0.99999, '> 99.99 %'],
    [1, '100 %'],
    [null, '—'],
  ])('%s reads %s', (share, text) => {
    expect(spaced(formatShare(share))).toBe(text);
  });
});

describe('before and after', () => {
  it('have as many decimals as tell them apart', () => {
    expect(formatPair(1000.1234, 1000.1567)).toEqual(['1,000.1234', '1,000.1567']);
    expect(formatPair(18, 22.2)).toEqual(['18.0', '22.2']);
    expect(formatPair(120_000, 180_000)).toEqual(['120,000', '180,000']);
    expect(formatPair(3, 3)).toEqual(['3', '3']);
  });

  it('differ with a sign', () => {
    expect(formatDifference(4.2)).toBe('+4.2');
    expect(formatDifference(-0.031)).toBe('−0.031');
    expect(formatDifference(0)).toBe('0');
  });
});

describe('a moment', () => {
  const ms = Date.UTC(2011, 6, 1, 5, 0, 30);

  it('is as exact as the steps between moments', () => {
    expect(formatMoment(ms)).toBe('2011-07-01');
    expect(formatMoment(ms, 3_600_000)).toBe('2011-07-01 05:00');
    expect(formatMoment(ms, 1_000)).toBe('2011-07-01 05:00:30');
    expect(formatMoment(1e300)).toBe('—');
  });

  it('differs from another in the largest fitting unit', () => {
    expect(formatTimeDifference(32 * 86_400_000)).toBe('+32 days');
    expect(formatTimeDifference(-19_800_000)).toBe('−5.5 hours');
    expect(formatTimeDifference(0)).toBe('no difference');
  });
});

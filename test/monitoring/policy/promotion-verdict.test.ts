import { describe, expect, it } from 'vitest';
import type { PairedLosses } from '../../../contracts/index.js';
import { promotionVerdict } from '../../../monitoring/policy/index.js';

/** The champion loses 10 a row; the challenger so much more, with an interval of ± 1. */
const losses = (mean: number): PairedLosses => ({
  rows: 200,
  from: '2011-06-01T00:00:00Z',
  to: '2011-06-09T07:00:00Z',
  champion: 10,
  challenger: 10 + mean,
  difference: { mean, low: mean - 1, high: mean + 1 },
});

describe('whether a challenger is proven', () => {
  it.each([
    ['better beyond chance', -2, {}, 'better'],
    ['better within chance', -0.5, {}, 'unproven'],
    ['the same', 0, {}, 'unproven'],
    ['worse beyond chance', 2, {}, 'worse'],
    ['within the margin', 0.5, { margin: 0.2 }, 'not-worse'],
    ['perhaps beyond the margin', 1.5, { margin: 0.2 }, 'unproven'],
    ['beyond the margin', 4, { margin: 0.2 }, 'worse'],
    ['better, with a margin', -2, { margin: 0.2 }, 'better'],
  ] as const)('%s', (_, mean, promote, verdict) => {
    expect(promotionVerdict(losses(mean), null, promote).verdict).toBe(verdict);
  });

  it('is not where the older rows prove it worse', () => {
    expect(promotionVerdict(losses(-2), losses(3), {})).toEqual({
      verdict: 'worse',
      reason:
        'it is worse on the older rows: loss 13 against 10 on 200 rows, difference 3 (95 % interval 2 to 4)',
    });
    expect(promotionVerdict(losses(-2), losses(3), { margin: 0.25 }).verdict).toBe('better');
    expect(promotionVerdict(losses(-2), losses(0.5), {}).verdict).toBe('better');
  });

  it('is not where there are too few rows', () => {
    expect(promotionVerdict(null, null, { margin: 1 }).verdict).toBe('unproven');
  });
});

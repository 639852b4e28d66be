import { describe, expect, it } from 'vitest';
import { EMPTY_OUTPUTS } from '../../contracts/index.js';
import { slide, tallyOf, tallyWords, totalOf } from '../../workflows/item-window.js';
import type { StepEnd } from '../../workflows/step-graph.js';
import { fc } from '../support/property.js';

const completed: StepEnd = { status: 'completed', outputs: EMPTY_OUTPUTS };
const failed = (detail: string): StepEnd => ({ status: 'failed', detail });

async function run(fails: readonly boolean[], width: number, failFast: boolean) {
  let underWay = 0;
  let most = 0;
  let stops = 0;
  const begun: number[] = [];
  const indexes = [...fails.keys()];
  const ends = await slide(
    indexes,
    width,
    failFast,
    async (index) => {
      begun.push(index);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return fails[index] === true ? failed(`item ${index}`) : completed;
    },
    () => {
      stops += 1;
    },
  );
  return { begun, most, stops, tally: tallyOf(indexes.length, ends) };
}

describe('the window', () => {
  it('is never wider than it may be, begins in order, and ends all that it began', async () => {
    const fates = fc.array(fc.boolean(), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fates,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (fails, width, failFast) => {
          const { begun, most, stops, tally } = await run(fails, width, failFast);
          expect(most).toBeLessThanOrEqual(width);
          expect(begun).toEqual([...begun].sort((a, b) => a - b));
          expect(tally.completed + tally.failed + tally.cancelled).toBe(fails.length);
          const first = fails.indexOf(true);
          expect(tally.first?.index ?? -1).toBe(first);
          if (failFast && first !== -1) {
            expect(stops).toBeLessThanOrEqual(width);
            // Those that had begun beside it end; no other begins.
            expect(begun.length).toBeLessThanOrEqual(first + 2 * width);
          } else expect(begun).toHaveLength(fails.length);
        },
      ),
    );
  });

  it('adds the tallies of slices up, and names the first trouble in item order', () => {
    const one = tallyOf(2, new Map([[7, failed('seven')]]));
    const two = tallyOf(1, new Map([[3, failed('three')]]));
    expect(totalOf([one, two])).toEqual({
      completed: 0,
      failed: 2,
      rejected: 0,
      cancelled: 1,
      notBegun: 1,
      first: { index: 3, failureType: 'Internal', detail: 'three' },
    });
  });

  it('says how many failed, and what became of those that did not complete', () => {
    const cancelled: StepEnd = { status: 'cancelled', detail: 'it was cancelled' };
    const rejected: StepEnd = { status: 'rejected', detail: 'the gate said no' };
    const one = (end: StepEnd) => tallyOf(1, new Map([[0, end]]));
    const mixed = totalOf([one(failed('a')), one(cancelled), one(rejected), tallyOf(3, new Map())]);
    expect(tallyWords(mixed, 7)).toBe('1 of 7 items failed (1 rejected, 1 cancelled, 3 not begun)');
    expect(tallyWords(one(rejected), 1)).toBe('1 of 1 items were rejected');
  });
});

import { expect, it } from 'vitest';
import { majorityOf } from '../../../../models/sources/sampling/majority.js';
import { Turns } from '../../../../processes/turns.js';
import { fc } from '../../../support/property.js';

it('is the commonest answer with its share', () => {
  expect(majorityOf(['yes', 'no', 'yes', 'yes'])).toEqual({ prediction: 'yes', confidence: 0.75 });
  expect(majorityOf([7])).toEqual({ prediction: 7, confidence: 1 });
});

it('of a tie is what was said first', () => {
  expect(majorityOf(['b', 'a', 'a', 'b'])).toEqual({ prediction: 'b', confidence: 0.5 });
  expect(majorityOf(['c', 'a', 'b']).prediction).toBe('c');
});

it('has the share of each class, which sum to 1', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, ([first = 'a', ...rest]) => {
      const found = majorityOf([first, ...rest], ['a', 'b', 'c']);
      const { probabilities = [], confidence, prediction } = found;
      expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(confidence).toBe(Math.max(...probabilities));
      expect([first, ...rest]).toContain(prediction);
    }),
  );
});

it('lets no more askings be under way than it may, and all have their turn', async () => {
  const turns = new Turns(3);
  let [underWay, most] = [0, 0];
  const work = async (value: number): Promise<number> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    if (value % 5 === 0) throw new Error('refused');
    return value;
  };
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => turns.take(() => work(i))),
  );
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
  expect(most).toBe(3);
});

import { describe, expect, it } from 'vitest';
import {
  chooseTextTreatment,
  countWords,
  textFacts,
  tokensOf,
} from '../../../../monitoring/drift/dataset/index.js';

describe('how a column of strings is treated', () => {
  it.each([
    ['colours', { rows: 1_000, distinct: 12, meanWords: 1 }, 'categorical'],
    ['names of cities', { rows: 1_000, distinct: 600, meanWords: 1.3 }, 'categorical'],
    ['a few long answers', { rows: 1_000, distinct: 5, meanWords: 9 }, 'categorical'],
    ['reviews', { rows: 1_000, distinct: 990, meanWords: 40 }, 'text'],
    ['answers that repeat', { rows: 1_000, distinct: 200, meanWords: 3 }, 'text'],
    ['keys', { rows: 1_000, distinct: 1_000, meanWords: 1 }, 'identifier'],
    ['nothing', { rows: 0, distinct: 0, meanWords: 0 }, 'categorical'],
  ] as const)('%s', (_, facts, treatment) => {
    expect(chooseTextTreatment(facts)).toBe(treatment);
  });

  it('facts leave missing values out', () => {
    expect(textFacts(['red', 'blue', null, 'red'])).toEqual({
      rows: 3,
      distinct: 2,
      meanWords: 1,
    });
    expect(textFacts([null])).toEqual({ rows: 0, distinct: 0, meanWords: 0 });
  });

  it('scripts without spaces have words too', () => {
    expect(countWords('7f9c-11 e2')).toBe(2);
    expect(countWords('我喜欢 rust')).toBe(4);
    expect(tokensOf("Isn't it 5?")).toEqual(['isn', 't', 'it', '5']);
    expect(tokensOf('天気 ok')).toEqual(['天', '気', 'ok']);
  });
});

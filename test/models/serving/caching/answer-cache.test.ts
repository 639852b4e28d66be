import { describe, expect, it } from 'vitest';
import type { InputRow, RowPredictions } from '../../../../models/inference/index.js';
import { AnswerCache } from '../../../../models/serving/caching/answer-cache.js';
import { fc } from '../../../support/property.js';
import { CLASSIFIER, LINEAR } from '../serving-fixture.js';

const ROOMY = { maxEntries: 1_000, maxBytes: 1_000_000, ttlMs: 60_000 };

/** Twice a, and which rows it was asked. */
function doubling() {
  const asked: InputRow[] = [];
  const ask = async (rows: readonly InputRow[]): Promise<RowPredictions> => {
    asked.push(...rows);
    return { predictions: rows.map(({ a }) => Number(a) * 2) };
  };
  return { asked, ask };
}

describe('kept answers', () => {
  it('answer equal rows; only the others are asked', async () => {
    const { asked, ask } = doubling();
    const counts = { hits: 0, misses: 0 };
    const cache = new AnswerCache(ROOMY, LINEAR, counts);
    const first = await cache.answer([{ a: 1, b: 2 }], ask);
    expect(first).toEqual({ predictions: [2], cached: [false] });
    const mixed = [
      { a: 4, b: 2 },
      { b: 2, a: 1 },
      { a: 5, b: null },
    ];
    expect(await cache.answer(mixed, ask)).toEqual({
      predictions: [8, 2, 10],
      cached: [false, true, false],
    });
    expect(await cache.answer([{ a: 5 }], ask)).toEqual({ predictions: [10], cached: [true] });
    expect(asked).toEqual([
      { a: 1, b: 2 },
      { a: 4, b: 2 },
      { a: 5, b: null },
    ]);
    expect(counts).toEqual({ hits: 2, misses: 3 });
  });

  it('tell a number from its text, and keep what was said beside the prediction', async () => {
    const cache = new AnswerCache(ROOMY, CLASSIFIER);
    const sure = { predictions: ['high'], probabilities: [[0.2, 0.8]], confidence: [0.8] };
    await cache.answer([{ a: 1 }], async () => sure);
    expect(await cache.answer([{ a: 1 }], async () => sure)).toEqual({ ...sure, cached: [true] });
    expect((await cache.answer([{ a: '1' }], async () => sure)).cached).toEqual([false]);
  });

  it('are not given again once they are old, or what was given was no number', async () => {
    const { asked, ask } = doubling();
    const brief = new AnswerCache({ ...ROOMY, ttlMs: 0 }, LINEAR);
    await brief.answer([{ a: 1 }], ask);
    await brief.answer([{ a: 1 }], ask);
    expect(asked).toHaveLength(2);
    const cache = new AnswerCache(ROOMY, LINEAR);
    await cache.answer([{ a: Number.NaN }], ask);
    expect(cache.entries).toBe(0);
  });

  it('are forgotten when it is closed, also those that come after', async () => {
    const { ask } = doubling();
    const cache = new AnswerCache(ROOMY, LINEAR);
    await cache.answer([{ a: 1 }], ask);
    cache.close();
    expect((await cache.answer([{ a: 1 }], ask)).cached).toEqual([false]);
    expect([cache.entries, cache.bytes]).toEqual([0, 0]);
  });

  it('are those that the model gives, and never more than may be kept', async () => {
    const rows = fc.array(fc.record({ a: fc.integer({ min: 0, max: 30 }), b: fc.constant(1) }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { maxLength: 20 }), async (requests) => {
        const { ask } = doubling();
        const cache = new AnswerCache({ maxEntries: 10, maxBytes: 1_500, ttlMs: 60_000 }, LINEAR);
        for (const request of requests) {
          const { predictions } = await cache.answer(request, ask);
          expect(predictions).toEqual(request.map(({ a }) => a * 2));
          expect(cache.entries).toBeLessThanOrEqual(10);
          expect(cache.bytes).toBeLessThanOrEqual(1_500);
        }
      }),
    );
  });

  it('leave by when they were used last', async () => {
    const { asked, ask } = doubling();
    const cache = new AnswerCache({ ...ROOMY, maxEntries: 2 }, LINEAR);
    for (const a of [1, 2, 1, 3, 1]) await cache.answer([{ a }], ask);
    expect(asked.map(({ a }) => a)).toEqual([1, 2, 3]);
  });
});

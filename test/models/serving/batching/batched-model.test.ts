import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowPredictions } from '../../../../models/inference/answers.js';
import type { InputRow } from '../../../../models/inference/input-row.js';
import { loadModel } from '../../../../models/inference/load-model.js';
import type { ServedModel } from '../../../../models/inference/served-model.js';
import {
  type BatchLimits,
  DEFAULT_BATCH_LIMITS,
} from '../../../../models/serving/batching/batch-limits.js';
import { BatchedModel } from '../../../../models/serving/batching/batched-model.js';
import { fc } from '../../../support/property.js';
import { CLASSIFIER, LINEAR } from '../serving-fixture.js';

const GRAPHS = fileURLToPath(new URL('../../../fixtures/onnx/', import.meta.url));

async function batched(graph: 'linear' | 'classifier', limits: Partial<BatchLimits> = {}) {
  const batches: number[] = [];
  const signature = graph === 'linear' ? LINEAR : CLASSIFIER;
  const model = new BatchedModel(await loadModel(`${GRAPHS}${graph}.onnx`, signature), {
    name: 'version 1 of rides',
    limits: { ...DEFAULT_BATCH_LIMITS, ...limits },
    onBatch: (rows) => batches.push(rows),
  });
  onTestFinished(() => model.release());
  return { model, batches };
}

/** A model behind its own server, as slow and as wrong as a test wants it. */
function elsewhere(
  predict: (rows: readonly InputRow[]) => Promise<RowPredictions>,
  limits: Partial<BatchLimits> = {},
) {
  const model: ServedModel = {
    signature: LINEAR,
    predict,
    predictTable: () => Promise.reject(new Error('not asked here')),
    release: async () => {},
  };
  const options = { name: 'version 1 of rides', limits: { ...DEFAULT_BATCH_LIMITS, ...limits } };
  return new BatchedModel(model, options);
}

const answersOf = (rows: readonly InputRow[]): RowPredictions => ({
  predictions: rows.map(({ a }) => Number(a) * 2),
});

describe('requests that come at the same time', () => {
  it('are computed in one run', async () => {
    const { model, batches } = await batched('linear');
    const answers = await Promise.all([1, 2, 3].map((a) => model.predict([{ a, b: 0 }])));
    expect(answers.map(({ predictions }) => predictions)).toEqual([[2], [4], [6]]);
    expect(batches).toEqual([3]);
  });

  it('are each given the answers of their own rows, whatever their sizes and the largest run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 9 }), {
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 12 }),
        async (requests, maxRows) => {
          const { model, batches } = await batched('linear', { maxRows });
          const answers = await Promise.all(
            requests.map((rows) => model.predict(rows.map((a) => ({ a, b: 0 })))),
          );
          expect(answers.map(({ predictions }) => predictions)).toEqual(
            requests.map((rows) => rows.map((a) => 2 * a)),
          );
          const largest = Math.max(maxRows, ...requests.map(({ length }) => length));
          expect(Math.max(0, ...batches)).toBeLessThanOrEqual(largest);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keep their probabilities apart', async () => {
    const { model } = await batched('classifier');
    const [low, high] = await Promise.all([
      model.predict([{ a: -5 }]),
      model.predict([{ a: 5 }, { a: -5 }]),
    ]);
    expect(low?.predictions).toEqual(['low']);
    expect(high?.predictions).toEqual(['high', 'low']);
    expect(high?.probabilities?.[1]).toEqual(low?.probabilities?.[0]);
    expect(low?.probabilities).toHaveLength(1);
  });

  it('do not fail for the rows of another', async () => {
    const model = elsewhere(async (rows) => {
      if (rows.some(({ a }) => a === 13)) throw new Error('13 is not to be had');
      return answersOf(rows);
    });
    const answers = await Promise.allSettled(
      [1, 13, 2].map((a) =>
        model.predict([
          { a, b: 0 },
          { a: 4, b: 0 },
        ]),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[2]).toMatchObject({ value: { predictions: [4, 8] } });
    expect(answers[1]).toMatchObject({ reason: { message: '13 is not to be had' } });
  });

  it('wait for one another where that is asked for, until the run is full', async () => {
    const { model, batches } = await batched('linear', { maxDelayMs: 60_000, maxRows: 4 });
    const first = model.predict([{ a: 1, b: 0 }]);
    await sleep(20);
    expect(batches).toEqual([]);
    const rest = [2, 3, 4].map((a) => model.predict([{ a, b: 0 }]));
    await Promise.all([first, ...rest]);
    expect(batches).toEqual([4]);
  });

  it('wait no longer than the delay', async () => {
    const { model, batches } = await batched('linear', { maxDelayMs: 5, maxRows: 100 });
    const answers = await Promise.all([1, 2].map((a) => model.predict([{ a, b: 0 }])));
    expect(answers.map(({ predictions }) => predictions)).toEqual([[2], [4]]);
    expect(batches).toEqual([2]);
  });
});

describe('a model that is slower than its requests come', () => {
  it('takes what arrived during a run into the next one', async () => {
    const runs: number[] = [];
    const model = elsewhere(async (rows) => {
      runs.push(rows.length);
      await sleep(20);
      return answersOf(rows);
    });
    const first = model.predict([{ a: 1, b: 0 }]);
    while (runs.length === 0) await sleep(1);
    await Promise.all([first, ...[2, 3, 4].map((a) => model.predict([{ a, b: 0 }]))]);
    expect(runs).toEqual([1, 3]);
  });

  it('lets no more rows wait than it may, and says when to come again', async () => {
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const model = elsewhere(
      async (rows) => {
        await answered;
        return answersOf(rows);
      },
      { maxWaitingRows: 10, maxRows: 1 },
    );
    const asked = Array.from({ length: 50 }, (_, a) => model.predict([{ a, b: 0 }]));
    const refused = asked.slice(10);
    for (const request of refused) {
      await expect(request).rejects.toMatchObject({ statusCode: 429, retryAfterSeconds: 1 });
    }
    answer();
    const answers = await Promise.all(asked.slice(0, 10));
    expect(answers.flatMap(({ predictions }) => predictions)).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
    ]);
    // Once there is room again, others are answered.
    await expect(model.predict([{ a: 7, b: 0 }])).resolves.toEqual({ predictions: [14] });
  });

  it('gives requests up that have waited for the whole timeout, and answers those after', async () => {
    let isStuck = true;
    const model = elsewhere(
      async (rows) => {
        if (isStuck) await sleep(400);
        return answersOf(rows);
      },
      { timeoutMs: 100 },
    );
    await expect(model.predict([{ a: 1, b: 0 }])).rejects.toMatchObject({ statusCode: 504 });
    isStuck = false;
    await sleep(400);
    await expect(model.predict([{ a: 2, b: 0 }])).resolves.toEqual({ predictions: [4] });
  });
});

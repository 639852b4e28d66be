import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../../models/inference/load-model.js';
import { MemoryBudget } from '../../../../models/serving/memory/memory-budget.js';
import { OnDemandModel } from '../../../../models/serving/memory/on-demand-model.js';
import { LINEAR } from '../serving-fixture.js';

const GRAPH = fileURLToPath(new URL('../../../fixtures/onnx/linear.onnx', import.meta.url));

/** Models of 10 bytes each, that count how often they are loaded. */
function modelsWithin(limitBytes: number) {
  const budget = new MemoryBudget(limitBytes);
  const create = async () => {
    const loads = { count: 0, error: null as Error | null };
    const model = await OnDemandModel.create({
      signature: LINEAR,
      bytes: () => 10,
      budget,
      load: () => {
        loads.count += 1;
        return loads.error === null ? loadModel(GRAPH, LINEAR) : Promise.reject(loads.error);
      },
      asFailure: (error) => new Error('it cannot be loaded', { cause: error }),
      onParkError: (error) => {
        throw error;
      },
    });
    return { model, loads };
  };
  return { budget, create };
}

const ask = (model: OnDemandModel, a: number) => model.predict([{ a, b: 0 }]);

describe('models within a memory budget', () => {
  it('stay loaded while there is room', async () => {
    const { budget, create } = modelsWithin(20);
    const [first, second] = [await create(), await create()];
    await ask(first.model, 1);
    await ask(second.model, 1);
    expect([first.loads.count, second.loads.count]).toEqual([1, 1]);
    expect(budget.bytes).toBe(20);
  });

  it('make room where they were used least recently, and answer again when they are asked', async () => {
    const { budget, create } = modelsWithin(20);
    const [first, second] = [await create(), await create()];
    await ask(first.model, 1);
    const third = await create();
    expect([first, second, third].map(({ model }) => model.isLoaded)).toEqual([true, false, true]);
    expect(budget.bytes).toBe(20);
    expect((await ask(second.model, 21)).predictions).toEqual([42]);
    expect(second.loads.count).toBe(2);
    expect([first, second, third].map(({ model }) => model.isLoaded)).toEqual([false, true, true]);
  });

  it('are loaded once for all requests that wait for them', async () => {
    const { create } = modelsWithin(10);
    const first = await create();
    await create();
    const answers = await Promise.all([1, 2, 3].map((a) => ask(first.model, a)));
    expect(answers.map(({ predictions }) => predictions)).toEqual([[2], [4], [6]]);
    expect(first.loads.count).toBe(2);
  });

  it('are not parked under a request: the bound is exceeded instead', async () => {
    const { budget, create } = modelsWithin(10);
    const first = await create();
    const asked = ask(first.model, 3);
    const second = await create();
    expect((await asked).predictions).toEqual([6]);
    expect(second.model.isLoaded).toBe(true);
    await ask(second.model, 1);
    const third = await create();
    expect(third.model.isLoaded).toBe(true);
    expect(budget.bytes).toBe(10);
  });

  it('are within the bound again as soon as they have answered', async () => {
    const { budget, create } = modelsWithin(10);
    const [first, second] = [await create(), await create()];
    await Promise.all([ask(first.model, 1), ask(second.model, 2), ask(first.model, 3)]);
    expect(budget.bytes).toBe(10);
    expect([first.model.isLoaded, second.model.isLoaded].filter(Boolean)).toHaveLength(1);
    expect(budget.parked).toBeGreaterThan(1);
  });

  it('say so where they cannot be loaded anew, and are tried again by the next request', async () => {
    const { budget, create } = modelsWithin(10);
    const first = await create();
    await create();
    first.loads.error = new Error('/var/artifacts/26/2614 is not there');
    await expect(ask(first.model, 1)).rejects.toThrow(/^it cannot be loaded$/);
    expect(first.model.isLoaded).toBe(false);
    first.loads.error = null;
    expect((await ask(first.model, 1)).predictions).toEqual([2]);
    expect(budget.bytes).toBe(10);
  });

  it('give their memory back once they are released, and are asked no more', async () => {
    const { budget, create } = modelsWithin(10);
    const { model } = await create();
    await model.release();
    expect(budget.bytes).toBe(0);
    await expect(ask(model, 1)).rejects.toThrow('released');
  });
});

import { pino } from 'pino';
import { expect, it } from 'vitest';
import { MemoryBudget } from '../../../models/serving/memory/memory-budget.js';
import { ServingMetrics } from '../../../models/serving/observing/serving-metrics.js';
import { createVersionLoader } from '../../../models/serving/version-loader.js';
import { createWorld } from './serving-fixture.js';

it('a version that cannot be served as it asks holds no memory, however often it is tried', async () => {
  const { artifacts, registry, register } = await createWorld();
  const log = { columns: { a: 'hash' } } as const;
  const version = await register('bike-demand', 'linear', undefined, { log });
  const record = await registry.version('bike-demand', version);
  if (record === null) throw new Error('it was registered');
  const budget = new MemoryBudget(2 ** 30);
  let key: Uint8Array | null = null;
  const load = createVersionLoader({
    artifacts,
    budget,
    logger: pino({ level: 'silent' }),
    maskingKey: async () => {
      if (key === null) throw new Error('no key');
      return key;
    },
    metrics: new ServingMetrics(),
  });

  await expect(load(record)).rejects.toThrow('no key');
  await expect(load(record)).rejects.toThrow('no key');
  expect(budget.bytes).toBe(0);

  key = Buffer.alloc(32, 7);
  const served = await load(record);
  expect(budget.bytes).toBeGreaterThan(0);
  served.retire();
  await expect.poll(() => budget.bytes).toBe(0);
});

import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { TrafficRoute } from '../../../../contracts/index.js';
import { MemoryBudget } from '../../../../models/serving/memory/memory-budget.js';
import { ServingMetrics } from '../../../../models/serving/observing/serving-metrics.js';
import { Arms } from '../../../../models/serving/routing/arms.js';
import { createVersionLoader } from '../../../../models/serving/version-loader.js';
import { VersionSlot } from '../../../../models/serving/version-slot.js';
import { createWorld } from '../serving-fixture.js';

const logger = pino({ level: 'silent' });

/** Shares requests out between version 1 and another one. */
function route(number: number, version: number): TrafficRoute {
  return {
    model: 'bike-demand',
    number,
    rolloutId: 'rollout-7',
    strategy: 'canary',
    arms: [
      { version: 1, weightPercent: 50 },
      { version, weightPercent: 50 },
    ],
    shadows: [],
    stickyBy: null,
    seed: 'rollout-7',
    at: '2026-01-01T00:00:00Z',
  };
}

it('a route that is taken away, or replaced, before it could be applied leaves no version loaded', async () => {
  const { artifacts, registry, register } = await createWorld();
  await register('bike-demand', 'linear');
  const budget = new MemoryBudget(2 ** 30);
  const load = createVersionLoader({
    artifacts,
    budget,
    logger,
    maskingKey: async () => new Uint8Array(),
    metrics: new ServingMetrics(),
  });
  const arms: Arms = new Arms({
    slot: (role) =>
      new VersionSlot({
        ...{ model: 'bike-demand', role, registry, load, logger },
        onChange: () => arms.settle(true),
      }),
    onChange: () => undefined,
    onUnusable: () => undefined,
  });
  // There is no version 9: the route waits for it, with version 1 loaded.
  arms.want(route(1, 9));
  await expect.poll(() => budget.bytes).toBeGreaterThan(0);
  const ofOne = budget.bytes;
  await register('bike-demand', 'linear');
  arms.want(route(2, 2));
  arms.settle(true);
  await expect.poll(() => arms.applied?.number).toBe(2);
  expect(budget.bytes).toBe(2 * ofOne);
  arms.want(null);
  arms.settle(true);
  expect(arms.applied).toBeNull();
  // Blue/green asks for the version before again once its promotion has ended the route.
  arms.want(route(3, 2));
  arms.settle(true);
  expect(arms.applied?.number).toBe(3);
  arms.want(null);
  const bytesOnceSettled = () => {
    arms.settle(true);
    return budget.bytes;
  };
  await expect.poll(bytesOnceSettled, { timeout: 10_000 }).toBe(0);

  arms.want(route(4, 9));
  await expect.poll(() => budget.bytes).toBe(ofOne);
  arms.want(null);
  arms.settle(true);
  await expect.poll(() => budget.bytes).toBe(0);
  expect(arms.applied).toBeNull();
});

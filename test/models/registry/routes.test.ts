import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrafficRoute } from '../../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import type { RouteMove } from '../../../models/registry/ports.js';
import { ledgerEntry, newVersion, transition } from './sample-records.js';
import { onEachStore } from './stores.js';

const MODEL = 'bike-demand';

function move(number: number, weightPercent: number | null): RouteMove {
  const route: TrafficRoute | null =
    weightPercent === null
      ? null
      : {
          model: MODEL,
          number,
          rolloutId: 'r1',
          strategy: 'canary',
          arms: [
            { version: 1, weightPercent: 100 - weightPercent },
            { version: 2, weightPercent },
          ],
          shadows: [],
          stickyBy: null,
          seed: 's',
          at: '2026-01-01T00:00:00.000Z',
        };
  return { model: MODEL, number, route, ledger: ledgerEntry(MODEL, `weight-moved/${number}`) };
}

onEachStore((places) => {
  let registry: RegistryWriter;
  beforeEach(async () => {
    registry = await openRegistryWriter(await places.fresh());
    for (const effect of ['run-1/register', 'run-2/register']) {
      await registry.registerVersion(effect, newVersion(MODEL), 'test', 'a version');
    }
  });
  afterEach(() => registry.close());

  const weights = async () =>
    (await registry.routes()).map(({ arms }) => arms.map(({ weightPercent }) => weightPercent));
  const lines = async () =>
    (await registry.ledger(MODEL)).map(({ key }) => key).filter((key) => key.startsWith('weight'));

  describe('a route', () => {
    it('moves with its ledger line; a repeat is a no-op', async () => {
      expect(await registry.moveRoute(move(1, 10))).toBe(true);
      expect(await registry.moveRoute(move(1, 10))).toBe(true);
      expect(await weights()).toEqual([[90, 10]]);
      expect(await lines()).toEqual(['weight-moved/1']);
    });

    it('that comes after one of a higher number leaves no trace', async () => {
      await registry.moveRoute(move(1, 10));
      expect(await registry.moveRoute(move(3, null))).toBe(true);
      expect(await registry.moveRoute(move(2, 50))).toBe(false);
      expect(await weights()).toEqual([]);
      expect(await lines()).toEqual(['weight-moved/1', 'weight-moved/3']);
    });

    it('of the same number by another line is not taken for done', async () => {
      await registry.moveRoute(move(1, 10));
      const other = { ...move(1, 60), ledger: ledgerEntry(MODEL, 'weight-moved/other') };
      expect(await registry.moveRoute(other)).toBe(false);
      expect(await weights()).toEqual([[90, 10]]);
    });

    it('whose arms do not sum to 100 is refused', async () => {
      const { route, ...rest } = move(1, 10);
      if (route === null) throw new Error('no route');
      const broken = { ...route, arms: [{ version: 1, weightPercent: 90 }] };
      await expect(registry.moveRoute({ ...rest, route: broken })).rejects.toThrow(/sum to 100/);
      expect(await lines()).toEqual([]);
    });

    it('is taken away by the transition that makes its version champion', async () => {
      await registry.moveRoute(move(1, 10));
      await registry.transition({ ...transition(MODEL, 1, 2), endsRoute: 2 });
      expect(await weights()).toEqual([]);
      expect((await registry.champion(MODEL))?.version).toBe(2);
      expect(await registry.moveRoute(move(2, 50))).toBe(false);
    });
  });
});

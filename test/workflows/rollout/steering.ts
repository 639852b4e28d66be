import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { rollback } from '../../support/model-world.js';
import { newChampion } from '../../support/new-champion.js';
import { type GatewayPair, onlyAnsweredBy } from './gateway-pair.js';
import { pause, spec, steer, weight } from './rollout-specs.js';
import { startTraffic } from './traffic.js';

/** What people do to rollouts in flight. */
export function steering(pair: () => GatewayPair): void {
  describe.concurrent('people', () => {
    it('pause, resume and abort; what cannot be is refused in the ledger', async () => {
      const model = 'steered';
      await newChampion(pair().world, model);
      const steps = [weight(10), pause(1_500), weight(40), pause(null)];
      await pair().begin(model, spec({ steps }));
      // One that comes during the smoke request holds the first weight as well.
      await pair().moved(model, 10);
      await pair().world.update(model, 'steerRollout', steer('pause'));
      await eventually(async () => {
        const { status, detail } = (await pair().rolloutOf(model)) ?? {};
        expect({ status, detail }).toEqual({
          status: 'paused',
          detail: expect.stringContaining('goes on when it is resumed'),
        });
      });
      await pair().world.update(model, 'steerRollout', steer('pause'));
      await pair().world.update(model, 'steerRollout', steer('resume'));
      await pair().moved(model, 40);
      await pair().world.update(model, 'steerRollout', steer('abort'));
      await pair().ended(model, 'aborted');
      expect((await pair().world.ledger(model, 'rollout-refused'))[0]?.reason).toMatch(
        /paused it already/,
      );
      await pair().world.update(model, 'steerRollout', steer('abort'));
      await eventually(async () => {
        expect(await pair().world.ledger(model, 'rollout-refused')).toHaveLength(2);
      });
      expect((await pair().stack.registry.champion(model))?.version).toBe(1);
    });

    it('roll back: all requests are the champion’s again within 5 s, from a gate as well', async () => {
      const model = 'rolls-back';
      await newChampion(pair().world, model);
      const version = await pair().begin(model, spec({ steps: [weight(60), pause(null)] }));
      await pair().moved(model, 60);
      const traffic = startTraffic(pair().addresses, model);
      await eventually(async () => expect(traffic.answers.length).toBeGreaterThan(100));
      const askedMs = Date.now();
      await pair().world.update(model, 'rollback', rollback({ blames: 1 }));
      await pair().ended(model, 'rolled-back');
      await onlyAnsweredBy(traffic, 1);
      await traffic.stop();
      const last = traffic.answers.findLast((answer) => answer.version === version);
      expect((last?.atMs ?? 0) - askedMs).toBeLessThan(5_000);
      expect(traffic.failures).toEqual([]);
      expect((await pair().world.story(model)).at(-1)).toBe('rollout-ended 1→2');
      expect((await pair().stack.registry.champion(model))?.transition).toBe(1);
    });
  });
}

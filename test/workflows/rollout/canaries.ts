import { describe, expect, it } from 'vitest';
import { armOf, isWholeRoute } from '../../../contracts/index.js';
import { eventually } from '../../support/eventually.js';
import { newChampion } from '../../support/new-champion.js';
import { type GatewayPair, onlyAnsweredBy } from './gateway-pair.js';
import { analyse, analysis, judged, pause, spec, steer, weight } from './rollout-specs.js';
import { sendLabel, startTraffic } from './traffic.js';

/** Canaries, each of a model of its own. */
export function canaries(pair: () => GatewayPair): void {
  describe.concurrent('a canary', () => {
    it('goes through its weights in both gateways and is promoted; no request fails', async () => {
      const model = 'passes';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model, sendLabel);
      const looks = analysis([
        judged('mae', { kind: 'nonInferiority', margin: 1 }),
        judged('errorRate', { kind: 'nonInferiority', margin: 0.3 }),
      ]);
      const steps = [weight(10), pause(null), weight(50), analyse(looks)];
      const version = await pair().begin(model, spec({ steps }));

      const route = await pair().moved(model, 10);
      await eventually(async () => {
        expect(await pair().rolloutOf(model)).toMatchObject({ status: 'paused', from: 1, to: 2 });
      });
      const from = traffic.answers.length;
      await eventually(async () => expect(traffic.answers.length).toBeGreaterThan(from + 100));
      for (const answer of traffic.answers.slice(from)) {
        expect(answer.version).toBe(armOf(route, answer.key).version);
      }
      expect(traffic.answers.slice(from).some((answer) => answer.version === version)).toBe(true);

      await pair().world.update(model, 'steerRollout', steer('resume'));
      const routes = await pair().ended(model, 'promoted');
      expect(routes.every(isWholeRoute)).toBe(true);
      expect(routes.map(({ arms }) => arms[1]?.weightPercent)).toEqual([10, 50]);
      await onlyAnsweredBy(traffic, version);
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      expect(await pair().world.story(model)).toEqual([
        'promoted none→1',
        'rollout-started 1→2',
        'weight-moved 1→2',
        'rollout-resumed 1→2',
        'weight-moved 1→2',
        'analysis-passed 1→2',
        'promoted 1→2',
      ]);
      const [passed] = await pair().world.ledger(model, 'analysis-passed');
      expect(passed?.evidence['measurement']).toMatchObject({
        verdict: 'pass',
        challenger: { version, values: { mae: 0, errorRate: 0 } },
      });
    });

    it('that is worse is found out by its labels, and returns by itself', async () => {
      const model = 'fails';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model, sendLabel);
      const steps = [weight(50), analyse(analysis([judged('mae')])), weight(80)];
      await pair().begin(model, spec({ steps }), 'linear-plus-1000');
      await pair().ended(model, 'kept-champion');
      await onlyAnsweredBy(traffic, 1);
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      expect(await pair().routeOf(model)).toBeUndefined();
      // The way back does not wait for long until the ledger has what led to it.
      await eventually(async () => {
        expect([...(await pair().world.story(model)).slice(1)].sort()).toEqual([
          'analysis-failed 1→2',
          'rollout-ended 1→2',
          'rollout-started 1→2',
          'weight-moved 1→2',
        ]);
      });
      const [failed] = await pair().world.ledger(model, 'analysis-failed');
      expect(failed?.reason).toMatch(/^mae: 1000 against 0, difference 1000 .*; shown to be worse/);
    });

    it('that cannot be loaded fails its smoke request before any traffic', async () => {
      const model = 'smokes';
      await newChampion(pair().world, model);
      await pair().begin(model, spec({ steps: [weight(10)] }), 'not-onnx');
      await pair().ended(model, 'kept-champion');
      expect((await pair().world.story(model)).slice(1)).toEqual([
        'rollout-started 1→2',
        'rollout-ended 1→2',
      ]);
      expect((await pair().rolloutOf(model))?.detail).toMatch(/failed its smoke request: .*ONNX/);
    });

    it('without a single request promotes nothing', async () => {
      const model = 'silent';
      await newChampion(pair().world, model);
      const looks = analysis([judged('errorRate')], { timeoutMs: 1_500 });
      await pair().begin(model, spec({ steps: [weight(50), analyse(looks)] }));
      await pair().ended(model, 'kept-champion');
      expect((await pair().rolloutOf(model))?.measurements.at(-1)?.verdict).toBe('no-data');
      expect((await pair().stack.registry.champion(model))?.version).toBe(1);
    });

    it('gives way to a newer version, which is compared from the beginning', async () => {
      const model = 'restarts';
      await newChampion(pair().world, model);
      await pair().begin(model, spec({ steps: [weight(20), pause(null)] }));
      await pair().moved(model, 20);
      await pair().begin(model, spec({ steps: [weight(30), pause(null)] }));
      const route = await pair().moved(model, 30);
      expect(route.arms).toEqual([
        { version: 1, weightPercent: 70 },
        { version: 3, weightPercent: 30 },
      ]);
      await eventually(async () => {
        const rollouts = await pair().stack.registry.rollouts(model);
        expect(new Map(rollouts.map(({ to, status }) => [to, status]))).toEqual(
          new Map([
            [2, 'superseded'],
            [3, 'paused'],
          ]),
        );
      });
    });
  });
}

import { describe, expect, it } from 'vitest';
import { millrace } from '../../cli/millrace.js';
import { eventually } from '../../support/eventually.js';
import { rollback } from '../../support/model-world.js';
import { newChampion } from '../../support/new-champion.js';
import { type GatewayPair, onlyAnsweredBy } from './gateway-pair.js';
import { analysis, judged, spec } from './rollout-specs.js';
import { sendLabel, sendRevenue, startTraffic } from './traffic.js';

/** Blue/green, shadow and A/B test. */
export function strategies(pair: () => GatewayPair): void {
  describe.concurrent('other strategies', () => {
    it('blueGreen switches at once and holds the version before ready for a while', async () => {
      const model = 'blue-green';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model);
      const version = await pair().begin(model, spec({ strategy: 'blueGreen', keepMs: 600_000 }));
      await pair().ended(model, 'promoted');
      await onlyAnsweredBy(traffic, version);
      await eventually(async () => {
        expect((await pair().routeOf(model))?.arms).toEqual([
          { version, weightPercent: 100 },
          { version: 1, weightPercent: 0 },
        ]);
      });
      await pair().world.update(model, 'rollback', rollback({ blames: version }));
      await onlyAnsweredBy(traffic, 1);
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      expect(await pair().routeOf(model)).toBeUndefined();
    });

    it('blueGreen by hand ends by saying that every gateway follows', async () => {
      const model = 'blue-green-told';
      await newChampion(pair().world, model);
      const { version } = await pair().world.register(model, 'linear');
      const asked = ['deploy', `${model}@${version}`, '--strategy', 'blueGreen', '--reason', 'x'];
      const { home, server, directory } = pair().stack;
      const env = { MILLRACE_HOME: home.root, TEMPORAL_ADDRESS: server.address };
      const { code, stdout } = await millrace(asked, { cwd: directory, env });
      expect(stdout).toContain('all 2 gateways apply it');
      expect(code).toBe(0);
    });

    it('a shadow answers nobody, and one that disagrees is not promoted', async () => {
      const model = 'shadowed';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model, sendLabel);
      const looks = analysis([judged('disagreement', { margin: 0.1 }), judged('mae')]);
      await pair().begin(model, spec({ strategy: 'shadow', analysis: looks }), 'linear-plus-1000');
      await pair().ended(model, 'kept-champion');
      await traffic.stop();
      expect(new Set(traffic.answers.map(({ version }) => version))).toEqual(new Set([1]));
      expect((await pair().rolloutOf(model))?.measurements.at(-1)).toMatchObject({
        verdict: 'fail',
        challenger: { version: 2, values: { disagreement: expect.closeTo(1, 1), mae: 1000 } },
      });
    });

    it('a shadow that agrees is promoted', async () => {
      const model = 'agrees';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model);
      const looks = analysis([judged('disagreement', { kind: 'nonInferiority', margin: 0.1 })]);
      const version = await pair().begin(model, spec({ strategy: 'shadow', analysis: looks }));
      await pair().ended(model, 'promoted');
      await onlyAnsweredBy(traffic, version);
      await traffic.stop();
      const look = (await pair().rolloutOf(model))?.measurements.at(-1);
      // That it never disagreed so far does not show that it never will.
      expect(look?.metrics[0]).toMatchObject({ difference: 0, high: expect.any(Number) });
      expect(look?.metrics[0]?.high).toBeGreaterThan(0);
    });

    it('an A/B test ends with all requests on the version that earns more', async () => {
      const model = 'earns';
      await newChampion(pair().world, model);
      let sent = 0;
      const traffic = startTraffic(pair().addresses, model, (answer) => {
        sent += 1;
        return sendRevenue(answer, (answer.version === 2 ? 12 : 10) + (sent % 3));
      });
      const looks = analysis([
        judged('business.revenue', { kind: 'superiority', higherIsBetter: true }),
      ]);
      const version = await pair().begin(model, spec({ strategy: 'abTest', analysis: looks }));
      await pair().ended(model, 'promoted');
      await onlyAnsweredBy(traffic, version);
      await traffic.stop();
      const [promoted] = (await pair().world.ledger(model, 'promoted')).slice(-1);
      expect(promoted?.reason).toMatch(/business.revenue: 1\d.* against 1\d.*; shown to be better/);
    });

    it('an A/B test of equals ends with the champion, and the ledger says why', async () => {
      const model = 'equals';
      await newChampion(pair().world, model);
      const traffic = startTraffic(pair().addresses, model, (answer) => sendRevenue(answer, 10));
      const looks = analysis(
        [judged('business.revenue', { kind: 'superiority', higherIsBetter: true, margin: 1 })],
        { inconclusiveLimit: 2 },
      );
      await pair().begin(model, spec({ strategy: 'abTest', analysis: looks }));
      await pair().ended(model, 'kept-champion');
      await onlyAnsweredBy(traffic, 1);
      await traffic.stop();
      const [line] = await pair().world.ledger(model, 'rollout-ended');
      expect(line?.reason).toMatch(/not shown to be better.*3 looks were inconclusive/);
    });
  });
}

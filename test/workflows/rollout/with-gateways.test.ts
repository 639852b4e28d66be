import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  armOf,
  isWholeRoute,
  type RolloutSpec,
  type TrafficRoute,
} from '../../../contracts/index.js';
import { eventually } from '../../support/eventually.js';
import {
  type Graph,
  type ModelWorld,
  openModelWorld,
  promotion,
  rollback,
} from '../../support/model-world.js';
import { newChampion } from '../../support/new-champion.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { analyse, analysis, judged, pause, spec, steer, weight } from './rollout-specs.js';
import { sendLabel, sendRevenue, startTraffic, type Traffic } from './traffic.js';

// Rollouts take their time, on a busy machine much of it.
vi.setConfig({ testTimeout: 240_000 });

let stack: TestStack;
let world: ModelWorld;
let addresses: readonly string[];
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  await stack.startWorker();
  const gateways = [await stack.startGateway(), await stack.startGateway()];
  addresses = gateways.map(({ ready }) => ready.address ?? '');
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

/** A champion, and a challenger whose rollout begins. */
async function begin(
  model: string,
  rollout: RolloutSpec,
  graph: Graph = 'linear',
): Promise<number> {
  const { version } = await world.register(model, graph);
  await world.update(model, 'promote', promotion(version, { rollout }));
  return version;
}

const rolloutOf = async (model: string) => (await stack.registry.rollouts(model))[0];
const routeOf = async (model: string) =>
  (await stack.registry.routes()).find((route) => route.model === model);

/** Until the rollout is over, all routes that were in force. */
async function ended(model: string, status: string): Promise<readonly TrafficRoute[]> {
  const routes = new Map<number, TrafficRoute>();
  await eventually(async () => {
    const route = await routeOf(model);
    if (route !== undefined) routes.set(route.number, route);
    expect(await rolloutOf(model)).toMatchObject({ status });
  }, 120_000);
  return [...routes.values()];
}

async function moved(model: string, weightPercent: number): Promise<TrafficRoute> {
  let found: TrafficRoute | undefined;
  await eventually(async () => {
    const route = await routeOf(model);
    expect(route?.arms[1]?.weightPercent).toBe(weightPercent);
    const leases = await stack.registry.leases();
    expect(leases.map(({ routes }) => routes?.[model])).toEqual([route?.number, route?.number]);
    found = route;
  });
  if (found === undefined) throw new Error('no route');
  return found;
}

/** Versions of the newest answers, of each gateway. */
async function onlyAnsweredBy(traffic: Traffic, version: number): Promise<void> {
  const from = traffic.answers.length;
  await eventually(async () => {
    const newest = traffic.answers.slice(from).slice(-40);
    expect(newest).toHaveLength(40);
    expect(new Set(newest.map((answer) => answer.version))).toEqual(new Set([version]));
    expect(new Set(newest.map(({ address }) => address)).size).toBe(2);
  });
}

describe('a canary', () => {
  it('goes through its weights in both gateways and is promoted; no request fails', async () => {
    const model = 'passes';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model, sendLabel);
    const looks = analysis([
      judged('mae', { kind: 'nonInferiority', margin: 1 }),
      judged('errorRate', { kind: 'nonInferiority', margin: 0.3 }),
    ]);
    const steps = [weight(10), pause(null), weight(50), analyse(looks)];
    const version = await begin(model, spec({ steps }));

    const route = await moved(model, 10);
    await eventually(async () => {
      expect(await rolloutOf(model)).toMatchObject({ status: 'paused', from: 1, to: 2 });
    });
    const from = traffic.answers.length;
    await eventually(async () => expect(traffic.answers.length).toBeGreaterThan(from + 200));
    for (const answer of traffic.answers.slice(from)) {
      expect(answer.version).toBe(armOf(route, answer.key).version);
    }
    expect(traffic.answers.slice(from).some((answer) => answer.version === version)).toBe(true);

    await world.update(model, 'steerRollout', steer('resume'));
    const routes = await ended(model, 'promoted');
    expect(routes.every(isWholeRoute)).toBe(true);
    expect(routes.map(({ arms }) => arms[1]?.weightPercent)).toEqual([10, 50]);
    await onlyAnsweredBy(traffic, version);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    expect(await world.story(model)).toEqual([
      'promoted none→1',
      'rollout-started 1→2',
      'weight-moved 1→2',
      'rollout-resumed 1→2',
      'weight-moved 1→2',
      'analysis-passed 1→2',
      'promoted 1→2',
    ]);
    const [passed] = await world.ledger(model, 'analysis-passed');
    expect(passed?.evidence['measurement']).toMatchObject({
      verdict: 'pass',
      challenger: { version, values: { mae: 0, errorRate: 0 } },
    });
  });

  it('that is worse is found out by its labels, and returns by itself', async () => {
    const model = 'fails';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model, sendLabel);
    const steps = [weight(50), analyse(analysis([judged('mae')])), weight(80)];
    await begin(model, spec({ steps }), 'linear-plus-1000');
    await ended(model, 'kept-champion');
    await onlyAnsweredBy(traffic, 1);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    expect(await routeOf(model)).toBeUndefined();
    // The way back does not wait for long until the ledger has what led to it.
    await eventually(async () => {
      expect([...(await world.story(model)).slice(1)].sort()).toEqual([
        'analysis-failed 1→2',
        'rollout-ended 1→2',
        'rollout-started 1→2',
        'weight-moved 1→2',
      ]);
    });
    const [failed] = await world.ledger(model, 'analysis-failed');
    expect(failed?.reason).toMatch(/^mae: 1000 against 0, difference 1000 .*; shown to be worse/);
  });

  it('that cannot be loaded fails its smoke request before any traffic', async () => {
    const model = 'smokes';
    await newChampion(world, model);
    await begin(model, spec({ steps: [weight(10)] }), 'not-onnx');
    await ended(model, 'kept-champion');
    expect((await world.story(model)).slice(1)).toEqual([
      'rollout-started 1→2',
      'rollout-ended 1→2',
    ]);
    expect((await rolloutOf(model))?.detail).toMatch(/failed its smoke request: .*ONNX/);
  });

  it('without a single request promotes nothing', async () => {
    const model = 'silent';
    await newChampion(world, model);
    const looks = analysis([judged('errorRate')], { timeoutMs: 3_000 });
    await begin(model, spec({ steps: [weight(50), analyse(looks)] }));
    await ended(model, 'kept-champion');
    expect((await rolloutOf(model))?.measurements.at(-1)?.verdict).toBe('no-data');
    expect((await stack.registry.champion(model))?.version).toBe(1);
  });

  it('gives way to a newer version, which is compared from the beginning', async () => {
    const model = 'restarts';
    await newChampion(world, model);
    await begin(model, spec({ steps: [weight(20), pause(null)] }));
    await moved(model, 20);
    await begin(model, spec({ steps: [weight(30), pause(null)] }));
    const route = await moved(model, 30);
    expect(route.arms).toEqual([
      { version: 1, weightPercent: 70 },
      { version: 3, weightPercent: 30 },
    ]);
    await eventually(async () => {
      const rollouts = await stack.registry.rollouts(model);
      expect(new Map(rollouts.map(({ to, status }) => [to, status]))).toEqual(
        new Map([
          [2, 'superseded'],
          [3, 'paused'],
        ]),
      );
    });
  });
});

describe('people', () => {
  it('pause, resume and abort; what cannot be is refused in the ledger', async () => {
    const model = 'steered';
    await newChampion(world, model);
    const steps = [weight(10), pause(5_000), weight(40), pause(null)];
    await begin(model, spec({ steps }));
    // One that comes during the smoke request holds the first weight as well.
    await moved(model, 10);
    await world.update(model, 'steerRollout', steer('pause'));
    await eventually(async () => {
      const { status, detail } = (await rolloutOf(model)) ?? {};
      expect({ status, detail }).toEqual({
        status: 'paused',
        detail: expect.stringContaining('goes on when it is resumed'),
      });
    });
    await world.update(model, 'steerRollout', steer('pause'));
    await world.update(model, 'steerRollout', steer('resume'));
    await moved(model, 40);
    await world.update(model, 'steerRollout', steer('abort'));
    await ended(model, 'aborted');
    expect((await world.ledger(model, 'rollout-refused'))[0]?.reason).toMatch(/paused it already/);
    await world.update(model, 'steerRollout', steer('abort'));
    await eventually(async () => {
      expect(await world.ledger(model, 'rollout-refused')).toHaveLength(2);
    });
    expect((await stack.registry.champion(model))?.version).toBe(1);
  });

  it('roll back: all requests are the champion’s again within 5 s, from a gate as well', async () => {
    const model = 'rolls-back';
    await newChampion(world, model);
    const version = await begin(model, spec({ steps: [weight(60), pause(null)] }));
    await moved(model, 60);
    const traffic = startTraffic(addresses, model);
    await eventually(async () => expect(traffic.answers.length).toBeGreaterThan(100));
    const askedMs = Date.now();
    await world.update(model, 'rollback', rollback({ blames: 1 }));
    await ended(model, 'rolled-back');
    await onlyAnsweredBy(traffic, 1);
    await traffic.stop();
    const last = traffic.answers.findLast((answer) => answer.version === version);
    expect((last?.atMs ?? 0) - askedMs).toBeLessThan(5_000);
    expect(traffic.failures).toEqual([]);
    expect((await world.story(model)).at(-1)).toBe('rollout-ended 1→2');
    expect((await stack.registry.champion(model))?.transition).toBe(1);
  });
});

describe('other strategies', () => {
  it('blueGreen switches at once and holds the version before ready for a while', async () => {
    const model = 'blue-green';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model);
    const version = await begin(model, spec({ strategy: 'blueGreen', keepMs: 600_000 }));
    await ended(model, 'promoted');
    await onlyAnsweredBy(traffic, version);
    await eventually(async () => {
      expect((await routeOf(model))?.arms).toEqual([
        { version, weightPercent: 100 },
        { version: 1, weightPercent: 0 },
      ]);
    });
    await world.update(model, 'rollback', rollback({ blames: version }));
    await onlyAnsweredBy(traffic, 1);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    expect(await routeOf(model)).toBeUndefined();
  });

  it('a shadow answers nobody, and one that disagrees is not promoted', async () => {
    const model = 'shadowed';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model, sendLabel);
    const looks = analysis([judged('disagreement', { margin: 0.1 }), judged('mae')]);
    await begin(model, spec({ strategy: 'shadow', analysis: looks }), 'linear-plus-1000');
    await ended(model, 'kept-champion');
    await traffic.stop();
    expect(new Set(traffic.answers.map(({ version }) => version))).toEqual(new Set([1]));
    expect((await rolloutOf(model))?.measurements.at(-1)).toMatchObject({
      verdict: 'fail',
      challenger: { version: 2, values: { disagreement: expect.closeTo(1, 1), mae: 1000 } },
    });
  });

  it('a shadow that agrees is promoted', async () => {
    const model = 'agrees';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model);
    const looks = analysis([judged('disagreement', { kind: 'nonInferiority', margin: 0.1 })]);
    const version = await begin(model, spec({ strategy: 'shadow', analysis: looks }));
    await ended(model, 'promoted');
    await onlyAnsweredBy(traffic, version);
    await traffic.stop();
  });

  it('an A/B test ends with all requests on the version that earns more', async () => {
    const model = 'earns';
    await newChampion(world, model);
    let sent = 0;
    const traffic = startTraffic(addresses, model, (answer) => {
      sent += 1;
      return sendRevenue(answer, (answer.version === 2 ? 12 : 10) + (sent % 3));
    });
    const looks = analysis([
      judged('business.revenue', { kind: 'superiority', higherIsBetter: true }),
    ]);
    const version = await begin(model, spec({ strategy: 'abTest', analysis: looks }));
    await ended(model, 'promoted');
    await onlyAnsweredBy(traffic, version);
    await traffic.stop();
    const [promoted] = (await world.ledger(model, 'promoted')).slice(-1);
    expect(promoted?.reason).toMatch(/business.revenue: 1\d.* against 1\d.*; shown to be better/);
  });

  it('an A/B test of equals ends with the champion, and the ledger says why', async () => {
    const model = 'equals';
    await newChampion(world, model);
    const traffic = startTraffic(addresses, model, (answer) => sendRevenue(answer, 10));
    const looks = analysis(
      [judged('business.revenue', { kind: 'superiority', higherIsBetter: true, margin: 1 })],
      { inconclusiveLimit: 2 },
    );
    await begin(model, spec({ strategy: 'abTest', analysis: looks }));
    await ended(model, 'kept-champion');
    await onlyAnsweredBy(traffic, 1);
    await traffic.stop();
    const [line] = await world.ledger(model, 'rollout-ended');
    expect(line?.reason).toMatch(/not shown to be better.*3 looks were inconclusive/);
  });
});

import { expect } from 'vitest';
import type { Rollout, RolloutSpec, TrafficRoute } from '../../../contracts/index.js';
import { eventually } from '../../support/eventually.js';
import {
  type Graph,
  type ModelWorld,
  openModelWorld,
  promotion,
} from '../../support/model-world.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import type { Traffic } from './traffic.js';

/** Gateways tell of themselves so often that no look has to wait for long. */
const HEALTH_MS = '400';

/** A real stack with two gateways, and rollouts in it, each of a model of its own. */
export interface GatewayPair {
  readonly stack: TestStack;
  readonly world: ModelWorld;
  readonly addresses: readonly string[];
  /** A challenger whose rollout begins. */
  begin(model: string, rollout: RolloutSpec, graph?: Graph): Promise<number>;
  rolloutOf(model: string): Promise<Rollout | undefined>;
  routeOf(model: string): Promise<TrafficRoute | undefined>;
  /** Until the rollout is over; all routes that were in force. */
  ended(model: string, status: Rollout['status']): Promise<readonly TrafficRoute[]>;
  /** Until both gateways give the challenger this share. */
  moved(model: string, weightPercent: number): Promise<TrafficRoute>;
  close(): Promise<void>;
}

export async function startGatewayPair(): Promise<GatewayPair> {
  const stack = await startTestStack();
  const env = { MILLRACE_GATEWAY_HEALTH_MS: HEALTH_MS };
  const [world, one, other] = await Promise.all([
    openModelWorld(stack),
    stack.startGateway(env),
    stack.startGateway(env),
    stack.startWorker(),
  ]);
  const rolloutOf = async (model: string) => (await stack.registry.rollouts(model))[0];
  const routeOf = async (model: string) =>
    (await stack.registry.routes()).find((route) => route.model === model);
  return {
    stack,
    world,
    addresses: [one, other].map(({ ready }) => ready.address ?? ''),
    rolloutOf,
    routeOf,
    async begin(model, rollout, graph = 'linear') {
      const { version } = await world.register(model, graph);
      await world.update(model, 'promote', promotion(version, { rollout }));
      return version;
    },
    async ended(model, status) {
      const routes = new Map<number, TrafficRoute>();
      await eventually(async () => {
        const route = await routeOf(model);
        if (route !== undefined) routes.set(route.number, route);
        expect(await rolloutOf(model)).toMatchObject({ status });
      }, 120_000);
      return [...routes.values()];
    },
    async moved(model, weightPercent) {
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
    },
    async close() {
      await world.close();
      await stack.close();
    },
  };
}

/** The newest answers of both gateways are of this version. */
export async function onlyAnsweredBy(traffic: Traffic, version: number): Promise<void> {
  const from = traffic.answers.length;
  await eventually(async () => {
    const newest = traffic.answers.slice(from).slice(-20);
    expect(newest).toHaveLength(20);
    expect(new Set(newest.map((answer) => answer.version))).toEqual(new Set([version]));
    expect(new Set(newest.map(({ address }) => address)).size).toBe(2);
  });
}

import {
  type GatewayLease,
  isLeaseLive,
  type Rollout,
  type TrafficArm,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { stagesOf } from '../../monitoring/policy/index.js';

/** How far one gateway is. */
export interface GatewayDocument {
  readonly id: string;
  readonly address: string;
  /** Number of the route that it applies; `null`: the champion answers all. */
  readonly route: number | null;
  readonly isUpToDate: boolean;
}

/** A rollout as it is told and, with `--json`, written. */
export interface RolloutDocument extends Rollout {
  /** In words, one a stage. */
  readonly stages: readonly string[];
  /** Who answers now; the champion alone where no route is in force. */
  readonly arms: readonly TrafficArm[];
  readonly champion: number | null;
  readonly gateways: readonly GatewayDocument[];
}

/** The newest rollout of a model, or the one of an id; `null` where there was none. */
export async function readRollout(
  registry: RegistryReader,
  model: string,
  rolloutId?: string,
): Promise<RolloutDocument | null> {
  const rollouts = await registry.rollouts(model);
  const rollout =
    rolloutId === undefined
      ? rollouts[0]
      : rollouts.find((candidate) => candidate.rolloutId === rolloutId);
  if (rollout === undefined) return null;
  const route = (await registry.routes()).find((candidate) => candidate.model === model) ?? null;
  const champion = (await registry.champion(model))?.version ?? null;
  const leases = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
  return {
    ...rollout,
    stages: stagesOf(rollout.spec).map((stage) => stageText(stage)),
    arms: route?.arms ?? (champion === null ? [] : [{ version: champion, weightPercent: 100 }]),
    champion,
    gateways: leases.map((lease) => gatewayOf(lease, model, route?.number ?? null)),
  };
}

function gatewayOf(
  { id, address, routes }: GatewayLease,
  model: string,
  wanted: number | null,
): GatewayDocument {
  const route = routes?.[model] ?? null;
  return { id, address, route, isUpToDate: route === wanted };
}

function stageText(stage: ReturnType<typeof stagesOf>[number]): string {
  switch (stage.kind) {
    case 'smoke':
      return 'smoke request';
    case 'share':
      return stage.shadow ? 'copies' : `${stage.weightPercent} %`;
    case 'pause':
      return stage.durationMs === null ? 'pause' : `pause ${stage.durationMs / 1_000}s`;
    case 'analyse':
      return 'analyse';
    case 'end':
      return 'end';
  }
}

export function isOver({ status }: Pick<Rollout, 'status'>): boolean {
  return status !== 'running' && status !== 'paused';
}

/** Whether it came to what was asked of it: promoted, or kept as a challenger where that was asked. */
export function didPass({ status, spec, step, stages }: RolloutDocument): boolean {
  if (status === 'promoted') return true;
  const wentThrough = step >= stages.length - 1;
  return status === 'kept-champion' && spec.whenPassed === 'keep' && wentThrough;
}

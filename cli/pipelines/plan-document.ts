import { join } from 'node:path';
import type { ContainerKind, JsonObject, PlanStep } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import {
  type ItemCacheStatus,
  type PlanWalkPorts,
  pinnedLibraries,
  resolveContainer,
  type StepCacheStatus,
  walkPlan,
} from '../../pipelines/cache/index.js';
import { ExpressionError } from '../../pipelines/expressions/index.js';
import { imagesHere } from '../../processes/containers/images-here.js';
import { packageRoot } from '../../setup/places.mjs';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { type PlannedSchedule, plannedSchedule } from '../schedules/planned-schedule.js';
import type { LoadedPipeline } from './load-pipeline.js';

/** The JSON of `plan`. Fields may be added, never renamed. */
export interface PlanDocument {
  readonly name: string;
  readonly planHash: string;
  readonly steps: readonly PlannedStep[];
  readonly model: string | null;
  /** Which of the file's environments was laid over it; `null`: none. */
  readonly environment: string | null;
  readonly params: JsonObject;
  /** Those of the file, and those of its schedule's next times. */
  readonly warnings: readonly string[];
  /** `null` where the file has none. */
  readonly schedule: PlannedSchedule | null;
}

export interface PlannedStep {
  readonly id: string;
  readonly needs: readonly string[];
  readonly uses: string;
  /** The container that it runs in; absent: none. An image with open expressions is left out. */
  readonly runner?: { readonly kind: ContainerKind; readonly image?: string };
  readonly cache: { readonly status: StepCacheStatus['status']; readonly reason: string };
  /** Its `if`, or that of a step that it needs, is false with these parameters. */
  readonly skipped?: true;
  /** Of a fanned-out step whose items are known before it begins, at most 200. */
  readonly items?: readonly ItemCacheStatus[];
}

/**
 * What a run with these parameters would do and reuse. Reads the registry where there is one and
 * needs no server.
 */
export async function planDocument(
  cli: Cli,
  { plan, planHash, baseDirectory, warnings }: LoadedPipeline,
  params: JsonObject,
): Promise<PlanDocument> {
  // The worker counts these versions among the parts of a cache key.
  const environment = await pinnedLibraries(join(packageRoot(), 'python', 'requirements.txt'));
  const { digest } = imagesHere(cli.env, () => undefined);
  const common = {
    eachItem: true as const,
    elsewhere: true as const,
    params,
    baseDirectory,
    environment,
    imageDigest: digest,
  };
  const statuses =
    (await withRegistry(await findCliHome(cli), async (registry, home) =>
      walkPlan(plan, { ...common, ...(await recorded(registry, home, plan.name, plan.model)) }),
    )) ?? (await walkPlan(plan, { ...common, ...NOTHING_RECORDED }));
  const schedule = plan.schedule === null ? null : plannedSchedule(plan.schedule, Date.now());
  const byId = new Map(statuses.map((status) => [status.stepId, status]));
  return {
    name: plan.name,
    planHash,
    steps: plan.steps.map((step) => {
      const { id, needs, kind } = step;
      const { status = 'unknown', reason = '', skipped, items } = byId.get(id) ?? {};
      const cache = { status, reason };
      return {
        id,
        needs,
        uses: kind,
        ...plannedRunner(step, params),
        cache,
        ...(skipped && { skipped }),
        ...(items !== undefined && { items }),
      };
    }),
    model: plan.model,
    environment: plan.environment ?? null,
    params,
    warnings: [...warnings, ...(schedule?.warnings ?? [])],
    schedule,
  };
}

function plannedRunner(
  step: PlanStep,
  params: JsonObject,
): { readonly runner?: NonNullable<PlannedStep['runner']> } {
  if (step.runner === undefined) return {};
  const { kind } = step.runner;
  try {
    const image = resolveContainer(step, { params, steps: {} })?.image;
    return { runner: image === undefined ? { kind } : { kind, image } };
  } catch (error) {
    // It reads what a step will hand on.
    if (error instanceof ExpressionError) return { runner: { kind } };
    throw error;
  }
}

type Recorded = Pick<PlanWalkPorts, 'lookup' | 'latest' | 'artifactDefect' | 'championVersion'>;

async function recorded(
  registry: RegistryReader,
  home: HomeLayout,
  pipeline: string,
  model: string | null,
): Promise<Recorded> {
  const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  return {
    lookup: (key) => registry.cacheEntry(key),
    latest: (stepId) => registry.latestParts(pipeline, stepId),
    artifactDefect: artifacts.defect,
    championVersion: async () =>
      model === null ? null : ((await registry.champion(model))?.version ?? null),
  };
}

const NOTHING_RECORDED: Recorded = {
  lookup: async () => null,
  latest: async () => null,
  artifactDefect: async () => 'is gone',
  championVersion: async () => null,
};

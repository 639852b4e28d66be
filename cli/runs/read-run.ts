import { join } from 'node:path';
import type { PipelinePlan, RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { readProgress } from '../../processes/progress-file.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { promotionsOf, type WaitingPromotion } from '../approvals/promotions.js';
import { type PlannedStep, type RunDocument, runDocument } from './document.js';

export function runLogsDirectory(home: HomeLayout, runId: string): string {
  return join(home.logsDir, 'runs', runId);
}

/** @throws MillraceError `ArtifactCorrupt` where the store has lost it */
export async function readPlan(home: HomeLayout, run: RunRecord): Promise<PipelinePlan> {
  const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
  return createLocalArtifactStore(home.artifactsDir).readJson<PipelinePlan>(run.plan);
}

/** Steps of the plan that a run keeps, in order; none where the store has lost it. */
export async function plannedSteps(
  home: HomeLayout,
  run: RunRecord,
): Promise<readonly PlannedStep[]> {
  try {
    return (await readPlan(home, run)).steps;
  } catch {
    return [];
  }
}

/** Their ids. */
export async function planStepIds(home: HomeLayout, run: RunRecord): Promise<readonly string[]> {
  return (await plannedSteps(home, run)).map(({ id }) => id);
}

/** A run with its steps as they stand at this moment. */
export async function readRunDocument(
  registry: RegistryReader,
  home: HomeLayout,
  run: RunRecord,
  planned: readonly PlannedStep[],
): Promise<RunDocument> {
  const records = await registry.steps(run.runId);
  const waiting =
    run.status === 'running'
      ? await registry.approvals.list({ runId: run.runId, waiting: true })
      : [];
  const questions = waiting.map(({ request }) => request);
  const logsDirectory = runLogsDirectory(home, run.runId);
  const document = runDocument(run, records, planned, logsDirectory, questions);
  return withProgress({ ...document, promotions: await promotionsAsked(registry, document) });
}

/** A deploy step is done once it has asked; what it asked for may wait for a person. */
async function promotionsAsked(
  registry: RegistryReader,
  { model, steps }: RunDocument,
): Promise<readonly WaitingPromotion[]> {
  const asked = new Set(
    Object.values(steps).flatMap(({ outputs }) =>
      outputs['outcome'] === 'kept-as-challenger' ? [outputs['version']] : [],
    ),
  );
  if (model === null || asked.size === 0) return [];
  return (await promotionsOf(registry, model)).filter(({ version }) => asked.has(version));
}

/** Adds what the running steps told last. */
async function withProgress(run: RunDocument): Promise<RunDocument> {
  const steps = await Promise.all(
    Object.entries(run.steps).map(async ([stepId, step]) => {
      if (step.status !== 'running') return [stepId, step];
      const told = await readProgress({
        logsDirectory: run.logs,
        stepId,
        attempt: Math.max(1, step.attempts),
      });
      if (told === null) return [stepId, step];
      return [stepId, { ...step, progress: { share: told.progress, metrics: told.metrics } }];
    }),
  );
  return { ...run, steps: Object.fromEntries(steps) };
}

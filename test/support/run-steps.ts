import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import type { StepWork } from '../../activities/step-work.js';
import { register } from '../../activities/steps/register.js';
import { STEP_WORKS } from '../../backtest/training/step-works.js';
import { checkParams, MEDIA_TYPE, type StepOutputs } from '../../contracts/index.js';
import { resolveArguments, resolveInputs } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/index.js';
import { createProcessRunner } from '../../processes/process-runner.js';
import type { CleanUp, World } from '../models/serving/serving-fixture.js';
import { PYTHON, PYTHON_DIRECTORY } from '../python/python.js';

const WORKS: { readonly [kind: string]: StepWork } = { ...STEP_WORKS, register };

/**
 * Does the work of a pipeline's steps one after another, as the activities around it would, over a
 * real home: without Temporal, and so without retries and cache.
 */
export async function runSteps(
  { home, registry, artifacts }: World,
  { text, baseDirectory }: { readonly text: string; readonly baseDirectory: string },
  cleanUp: CleanUp,
): Promise<ReadonlyMap<string, StepOutputs>> {
  const compiled = compilePipeline(text, { file: 'pipeline.yaml', baseDirectory });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  const { plan, planHash } = compiled;
  const checked = checkParams(plan.params, {});
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const logger = pino({ level: 'silent' });
  const python = { executable: PYTHON, directory: PYTHON_DIRECTORY, environment: {} };
  const processes = createProcessRunner({ home, artifacts, logger, python });
  cleanUp(() => processes.close());
  // The steps use neither the prediction log nor Temporal.
  const deps = { home, registry, artifacts, processes, python, logger } as unknown as ActivityDeps;
  const run = {
    runId: '01890a5d-ac96-774b-bcce-b302099a8057',
    pipeline: plan.name,
    model: plan.model,
    plan: await artifacts.putJson(plan, MEDIA_TYPE.plan),
    planHash,
    params: checked.params,
    baseDirectory,
    asOf: '2012-10-01T00:00:00Z',
    trigger: { kind: 'manual', actor: 'test', reason: 'test' },
  } as const;
  const outputs = new Map<string, StepOutputs>();
  for (const step of plan.steps) {
    const work = WORKS[step.kind];
    if (work === undefined) throw new Error(`no work for ${step.kind}`);
    const { runId: id, asOf } = run;
    const scope = { params: run.params, run: { id, asOf }, steps: Object.fromEntries(outputs) };
    const done = await work({
      deps,
      plan,
      step,
      task: { run, stepId: step.id, upstream: {}, gateOverride: null },
      inputs: resolveInputs(step, scope),
      argv: resolveArguments(step, scope),
      attempt: 1,
      signal: new AbortController().signal,
      report: () => undefined,
      logger,
    });
    if (done.gate?.passed === false) throw new Error(`${step.id}: ${done.gate.reason}`);
    outputs.set(step.id, done.outputs);
  }
  return outputs;
}

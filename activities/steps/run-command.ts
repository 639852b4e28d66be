import {
  type ArtifactRef,
  isArtifactRef,
  type JsonValue,
  MillraceError,
} from '../../contracts/index.js';
import type { StepWork } from '../step-work.js';

/** Time between SIGTERM and SIGKILL when a run is cancelled. */
export const KILL_AFTER_MS = 5_000;

/** Any command, by the step contract: values and artifacts in, values, artifacts and metrics out. */
export const runCommand: StepWork = async ({
  deps,
  task,
  step,
  inputs,
  argv,
  env,
  container = null,
  attempt,
  isLatest,
  signal,
  report,
}) => {
  if (step.command === null) {
    throw new MillraceError('Internal', `step ${step.id} has no command`);
  }
  const { values, artifacts } = partition(inputs);
  const outputs = await deps.processes.run({
    runId: task.run.runId,
    stepId: task.stepId,
    attempt,
    argv,
    shell: step.command.shell,
    baseDirectory: task.run.baseDirectory,
    values,
    artifacts,
    env: given(env ?? {}),
    ...(step.resources !== undefined && { resources: step.resources }),
    ...(container !== null && { container, timeoutMs: step.timeoutMs }),
    ...(isLatest !== undefined && { isLatest }),
    signal,
    killAfterMs: KILL_AFTER_MS,
    onProgress: report,
  });
  return { outputs };
};

/** A variable without a value of its own stays as the worker has it. */
function given(env: { readonly [name: string]: string | null }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** References become files beside the process; everything else is in its `inputs.json`. */
export function partition(inputs: { readonly [name: string]: JsonValue }): {
  values: Record<string, JsonValue>;
  artifacts: Record<string, ArtifactRef>;
} {
  const values: Record<string, JsonValue> = {};
  const artifacts: Record<string, ArtifactRef> = {};
  for (const [name, value] of Object.entries(inputs)) {
    const candidate: unknown = value;
    if (isArtifactRef(candidate)) artifacts[name] = candidate;
    else values[name] = value;
  }
  return { values, artifacts };
}

import type { ArtifactRef, ModelManifest, RunRecord, StepRecord } from '../../contracts/index.js';
import { itemIndex, MEDIA_TYPE, planStepId } from '../../contracts/index.js';
import { type Point, writePoints } from './points.js';
import type { MirrorPass } from './ports.js';
import { digestOf, type RemoteRun, remoteRun } from './remote-run.js';
import { writeFacts } from './run-facts.js';
import { sendFile } from './run-files.js';

/** Files of a step that are sent, by what they are; data sets stay in millrace's store. */
const SENT: ReadonlySet<string> = new Set([
  MEDIA_TYPE.model,
  MEDIA_TYPE.onnx,
  MEDIA_TYPE.validation,
  MEDIA_TYPE.profile,
  MEDIA_TYPE.drift,
  MEDIA_TYPE.html,
]);
const ENDING: Readonly<Record<string, string>> = {
  [MEDIA_TYPE.onnx]: '.onnx',
  [MEDIA_TYPE.html]: '.html',
  [MEDIA_TYPE.parquet]: '.parquet',
};

/** A rejected run did its work: the tag `millrace.status` says what came of it. */
const RUN_STATUS: Readonly<Record<RunRecord['status'], string>> = {
  running: 'RUNNING',
  completed: 'FINISHED',
  rejected: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
};

/** What `run/<id>` is written down as in the book: a run that has ended changes no more. */
export function runDigest(run: RunRecord): string {
  return `${run.status} ${run.endedAt ?? ''}`;
}

/** Brings MLflow's run up to what the registry says of a run and its steps. */
export async function mirrorRun(pass: MirrorPass, runId: string): Promise<void> {
  const run = await pass.registry.run(runId);
  if (run === null) return;
  const remote = await trainingRun(pass, run);
  const steps = (await pass.registry.steps(runId)).filter(isMirrored);
  const manifests = await readManifests(pass, steps);
  await writeFacts(pass, remote, `facts/${runId}`, {
    params: paramsOf(run, manifests),
    tags: { ...statusTags(run), ...Object.assign({}, ...steps.map(stepTags)) },
  });
  for (const step of steps) await mirrorStepMetrics(pass, remote, run, step);
  await writeStatus(pass, remote, run);
  for (const step of steps) await mirrorFiles(pass, remote, step);
  for (const { manifest } of manifests) {
    if (manifest.onnx !== undefined) {
      await sendKept(pass, remote, 'model/model.onnx', manifest.onnx);
    }
  }
  await pass.registry.mirror.putItem(pass.target.name, `run/${runId}`, {
    state: 'written',
    digest: runDigest(run),
    remote: remote.id,
  });
}

/** MLflow's run for a run of a pipeline. */
export function trainingRun(pass: MirrorPass, run: RunRecord): Promise<RemoteRun> {
  return remoteRun(pass, {
    key: `run/${run.runId}`,
    experiment: run.pipeline,
    name: `${run.pipeline} ${run.asOf.slice(0, 10)}`,
    user: run.trigger.actor,
    startMs: Date.parse(run.startedAt),
    tags: originTags(run),
  });
}

function originTags(run: RunRecord): Record<string, string> {
  return {
    'millrace.run': run.runId,
    'millrace.pipeline': run.pipeline,
    'millrace.plan': run.planHash,
    'millrace.as_of': run.asOf,
    'millrace.trigger': run.trigger.kind,
    'millrace.actor': run.trigger.actor,
    'millrace.reason': run.trigger.reason,
    'mlflow.source.name': run.pipeline,
    'mlflow.source.type': 'PROJECT',
    ...(run.model !== null && { 'millrace.model': run.model }),
    ...(run.code !== undefined && {
      'mlflow.source.git.commit': run.code.commit,
      'millrace.git.dirty': String(run.code.dirty),
      ...(run.code.repository !== null && { 'mlflow.source.git.repoURL': run.code.repository }),
    }),
  };
}

function statusTags(run: RunRecord): Record<string, string> {
  return {
    'millrace.status': run.status,
    ...(run.detail !== null && { 'millrace.detail': run.detail }),
  };
}

/** Of a wide step so many items: thousands of tags help nobody. */
const MIRRORED_ITEMS = 100;

function isMirrored({ stepId }: StepRecord): boolean {
  return (itemIndex(stepId) ?? 0) < MIRRORED_ITEMS;
}

/** Names of MLflow have no brackets: the item `train[3]` is `train.3` there. */
function nameOf({ stepId }: StepRecord): string {
  const index = itemIndex(stepId);
  return index === null ? stepId : `${planStepId(stepId)}.${index}`;
}

function stepTags(step: StepRecord): Record<string, string> {
  const cached = step.outcome?.cached === true ? ' (found by its content)' : '';
  return {
    [`millrace.step.${nameOf(step)}`]: `${step.status}${cached}`,
    ...(step.failure !== null && {
      [`millrace.failure.${nameOf(step)}`]: `${step.failure.type}: ${step.failure.message}`,
    }),
    ...Object.fromEntries(
      artifactsOf(step)
        .filter(([, ref]) => !SENT.has(ref.mediaType))
        .map(([name, ref]) => [`millrace.artifact.${nameOf(step)}.${name}`, ref.uri]),
    ),
  };
}

interface StepManifest {
  readonly stepId: string;
  readonly manifest: ModelManifest;
}

async function readManifests(
  { artifacts }: MirrorPass,
  steps: readonly StepRecord[],
): Promise<readonly StepManifest[]> {
  const found: StepManifest[] = [];
  for (const step of steps) {
    for (const [, ref] of artifactsOf(step)) {
      if (ref.mediaType !== MEDIA_TYPE.model || !(await artifacts.has(ref))) continue;
      found.push({ stepId: nameOf(step), manifest: await artifacts.readJson<ModelManifest>(ref) });
    }
  }
  return found;
}

/**
 * The run's parameters and the models' hyperparameters under their own names; a name that is taken by
 * another value goes with the step's before it. MLflow never changes a param, and this never asks it to.
 */
function paramsOf(run: RunRecord, manifests: readonly StepManifest[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(run.params)) params[name] = textOf(value);
  for (const { stepId, manifest } of manifests) {
    const learned = {
      algorithm: manifest.algorithm,
      seed: manifest.seed,
      ...manifest.hyperparameters,
    };
    for (const [name, value] of Object.entries(learned)) {
      const text = textOf(value);
      if ((params[name] ?? text) === text) params[name] = text;
      else params[`${stepId}/${name}`] ??= text;
    }
  }
  return params;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the step told while it worked, and what it ended with; an `evaluate` also under plain names. */
async function mirrorStepMetrics(
  pass: MirrorPass,
  remote: RemoteRun,
  run: RunRecord,
  step: StepRecord,
): Promise<void> {
  if (step.endedAt === null) return;
  const told = await pass.curve(run.runId, step.stepId, step.attempts);
  const points: Point[] = told.map(({ name, value, step: at, atMs }) => ({
    key: `${nameOf(step)}/${name}`,
    value,
    step: at,
    timestamp: atMs,
  }));
  const lastStep = told.reduce((last, point) => Math.max(last, point.step), -1);
  const final = Object.entries(step.outcome?.outputs.metrics ?? {});
  for (const [name, value] of final) {
    const end = { value, step: lastStep + 1, timestamp: Date.parse(step.endedAt) };
    points.push({ ...end, key: `${nameOf(step)}/${name}` });
    if (step.kind === 'evaluate') points.push({ ...end, step: 0, key: name });
  }
  await writePoints(pass, remote, `points/${run.runId}/${step.stepId}`, points);
}

async function mirrorFiles(pass: MirrorPass, remote: RemoteRun, step: StepRecord): Promise<void> {
  for (const [name, ref] of artifactsOf(step)) {
    if (!SENT.has(ref.mediaType)) continue;
    const ending = ENDING[ref.mediaType] ?? '.json';
    await sendKept(pass, remote, `${nameOf(step)}/${name}${ending}`, ref);
  }
}

/** What was removed with its version, or as garbage, before MLflow was told of the run is not sent. */
async function sendKept(
  pass: MirrorPass,
  remote: RemoteRun,
  path: string,
  ref: ArtifactRef,
): Promise<void> {
  if (await pass.artifacts.has(ref)) await sendFile(pass, remote, path, ref);
}

function artifactsOf(step: StepRecord): readonly (readonly [string, ArtifactRef])[] {
  return Object.entries(step.outcome?.outputs.artifacts ?? {});
}

async function writeStatus(pass: MirrorPass, remote: RemoteRun, run: RunRecord): Promise<void> {
  const { mirror } = pass.registry;
  const item = `status/${run.runId}`;
  const digest = digestOf([run.status, run.endedAt]);
  if ((await mirror.item(pass.target.name, item))?.digest === digest) return;
  await pass.client.send('writing the state of a run', 'runs/update', {
    run_id: remote.id,
    status: RUN_STATUS[run.status],
    ...(run.endedAt !== null && { end_time: Date.parse(run.endedAt) }),
  });
  await mirror.putItem(pass.target.name, item, { state: 'written', digest, remote: null });
}

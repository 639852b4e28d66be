import { createHash } from 'node:crypto';
import {
  type ArtifactRef,
  canonicalJson,
  isArtifactRef,
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  type MonitorSpec,
  type StepTask,
  type VersionRecord,
} from '../../contracts/index.js';
import type { RegistryWriter } from '../../models/registry/ports.js';
import { PROFILE_FORMAT } from '../../monitoring/drift/index.js';
import { buildProfile } from '../../monitoring/measuring/build-profile.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { ResultCache } from '../stores/result-cache.js';

export interface RegisterRequest {
  readonly task: StepTask;
  readonly model: string;
  readonly reference: unknown;
  /** `null`: nothing watches it, and no profile is made. */
  readonly monitor: MonitorSpec | null;
}

/** Makes a version as the `register` step does; its profile is found again by content. */
export async function registerVersion(
  stores: {
    readonly registry: RegistryWriter;
    readonly artifacts: ArtifactStore;
    readonly results: ResultCache;
    readonly release: string;
  },
  { task, model, reference, monitor }: RegisterRequest,
  signal: AbortSignal,
): Promise<VersionRecord> {
  if (!isArtifactRef(reference) || reference.mediaType !== MEDIA_TYPE.model) {
    throw new MillraceError(
      'InvalidInput',
      `step ${task.stepId}: with.model is not a trained model`,
      'give the output `best` of an evaluate step or `model` of a train step',
    );
  }
  const { run } = task;
  const manifest = await stores.artifacts.readJson<ModelManifest>(reference);
  const profile = monitor === null ? null : await profileOf(stores, manifest, monitor, signal);
  return stores.registry.registerVersion(
    `${run.runId}/${task.stepId}`,
    {
      model,
      manifest: reference,
      content: manifest,
      profile,
      runId: run.runId,
      plan: run.plan,
      planHash: run.planHash,
      baseDirectory: run.baseDirectory,
      params: run.params,
      monitor,
      asOf: run.asOf,
    },
    `run:${run.trigger.kind}`,
    run.trigger.reason,
  );
}

async function profileOf(
  {
    artifacts,
    results,
    release,
  }: { readonly artifacts: ArtifactStore; readonly results: ResultCache; readonly release: string },
  manifest: ModelManifest,
  monitor: MonitorSpec,
  signal: AbortSignal,
): Promise<ArtifactRef> {
  // What is decided later (responses, guards) is not in a profile.
  const { respond: _, notify: _told, risk: _risk, review: _review, ...watched } = monitor;
  const { evaluation, ...model } = manifest;
  const parts = {
    of: 'profile',
    format: PROFILE_FORMAT,
    release,
    model,
    // Not whom it was compared with.
    holdout: evaluation?.holdout.sha256 ?? null,
    metrics: evaluation?.metrics ?? null,
    watched,
  };
  const key = createHash('sha256')
    .update(canonicalJson({ ...parts }))
    .digest('hex');
  const { value } = await results.get(
    key,
    (ref) => [ref],
    () => buildProfile({ artifacts }, manifest, monitor, { signal }),
    false,
  );
  return value;
}

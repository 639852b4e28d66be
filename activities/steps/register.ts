import {
  EMPTY_OUTPUTS,
  isArtifactRef,
  type LedgerEntry,
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  REGISTERED_APPROVALS,
  type RegisteredApproval,
  type VersionRecord,
} from '../../contracts/index.js';
import { requireTextsMayBeMissing } from '../../models/inference/index.js';
import { buildProfile } from '../../monitoring/measuring/build-profile.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { type RegisteredManifest, serverManifest } from './server-manifest.js';
import { optionalText } from './step-inputs.js';
import { versionProvenance } from './version-provenance.js';

/**
 * Makes a version of a trained model, with its lineage and, where the plan has a monitor, the
 * reference profile that the monitor will measure against. Keyed by run and step: an attempt after
 * a crash finds the version that the first one made.
 */
export const register: StepWork = async (context) => {
  const { deps, task, plan } = context;
  if (plan.model === null) {
    throw new MillraceError(
      'InvalidInput',
      `pipeline ${plan.name} names no model to register`,
      'add `model: <name>` to the file',
    );
  }
  const effectKey = `${task.run.runId}/${task.stepId}`;
  const known = await deps.registry.versionByEffect(effectKey);
  if (known !== null) {
    await recordOverride(context, known);
    return resultOf(known);
  }

  const { manifest, reference } = await manifestOf(context);
  if (plan.serve?.sampling !== undefined && manifest.server === undefined) {
    throw new MillraceError(
      'InvalidInput',
      'serve.sampling asks a model again and again, and a graph answers the same each time',
      'take it out; it is for generative models behind a server',
    );
  }
  if (plan.serve?.unknownCategories === 'asMissing') requireTextsMayBeMissing(manifest.signature);
  const profile =
    plan.monitor === null
      ? null
      : await buildProfile(deps, manifest, plan.monitor, { signal: context.signal });
  const version = await deps.registry.registerVersion(
    effectKey,
    {
      model: plan.model,
      manifest: reference,
      content: manifest,
      profile,
      runId: task.run.runId,
      plan: task.run.plan,
      planHash: task.run.planHash,
      baseDirectory: task.run.baseDirectory,
      params: task.run.params,
      monitor: plan.monitor,
      asOf: task.run.asOf,
      provenance: await versionProvenance(context, manifest),
      approval: approvalOf(context),
    },
    `run:${task.run.trigger.kind}`,
    task.run.trigger.reason,
  );
  await recordOverride(context, version);
  return resultOf(version);
};

function approvalOf(context: StepWorkContext): RegisteredApproval {
  const text = optionalText(context, 'approval') ?? 'approved';
  const approval = REGISTERED_APPROVALS.find((known) => known === text);
  if (approval !== undefined) return approval;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.task.stepId}: with.approval is ${JSON.stringify(text)}`,
    `there are: ${REGISTERED_APPROVALS.join(', ')}`,
  );
}

/** Of a model that was trained, or of one that a server answers for. */
async function manifestOf(context: StepWorkContext): Promise<RegisteredManifest> {
  const { deps, task, inputs } = context;
  if (inputs['server'] !== undefined) return serverManifest(context);
  const reference: unknown = inputs['model'];
  if (isArtifactRef(reference) && reference.mediaType === MEDIA_TYPE.model) {
    return { reference, manifest: await deps.artifacts.readJson<ModelManifest>(reference) };
  }
  throw new MillraceError(
    'InvalidInput',
    `step ${task.stepId}: with.model is not a trained model`,
    'give the output `best` of an evaluate step or `model` of a train step; or name a `server`',
  );
}

/** A gate that a person overrode is in the ledger whether or not the version is ever deployed. */
async function recordOverride(
  { deps, task }: StepWorkContext,
  version: VersionRecord,
): Promise<void> {
  const gate = version.content.evaluation?.gate ?? null;
  if (gate === null || gate.overrideReason === undefined) return;
  const entry: LedgerEntry = {
    model: version.model,
    key: `gate-overridden/${task.run.runId}`,
    at: new Date().toISOString(),
    asOf: task.run.asOf,
    actor: task.run.trigger.actor,
    action: 'gate-overridden',
    from: null,
    to: version.version,
    reason: gate.overrideReason,
    evidence: {
      runId: task.run.runId,
      planHash: task.run.planHash,
      gate: { ...gate, values: { ...gate.values } },
    },
  };
  await deps.registry.appendLedger(entry);
}

function resultOf(version: VersionRecord) {
  return {
    outputs: {
      ...EMPTY_OUTPUTS,
      values: { model: version.model, version: version.version },
      metrics: version.content.evaluation?.metrics ?? {},
    },
  };
}

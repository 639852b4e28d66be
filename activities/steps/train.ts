import {
  type ArtifactRef,
  type FeatureUse,
  isMillraceError,
  type JsonObject,
  MEDIA_TYPE,
  MillraceError,
  type TrainedManifest,
} from '../../contracts/index.js';
import { usesOfInputs, usesOfTable, withEntityContext } from '../../models/features/index.js';
import type { StepProcessResult } from '../../processes/ports.js';
import { describeTable, rawTableOf } from '../../storage/tabular/index.js';
import type { ActivityDeps } from '../deps.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { runPythonStep } from './python-step.js';
import { requiredArtifact } from './step-inputs.js';

/** How `python/millrace_training/errors.py` marks the line on stderr. */
const PARITY_MARKER = 'ModelParityFailed:';

/**
 * Trains a model with `python/train.py`: the artifact `model` (a manifest whose `onnx` is the graph)
 * and metrics of the fit on the training data, named `training…`.
 *
 * @throws MillraceError `InvalidInput` where Python refuses the data or an option, `ModelParityFailed`
 * where the exported graph does not answer as the trained model, `EnvironmentMissing` without Python
 */
export const train: StepWork = async (context) => {
  const { deps, logger } = context;
  const data = requiredArtifact(context, 'data');
  const champion = await championToStartFrom(context);
  const metadata = await metadataOf(context, data);
  const uses = usesOfTable(metadata);
  const raw = rawTableOf(metadata);
  const result = await runTraining(context, uses, {
    data,
    ...(champion !== null && { champion }),
    ...(raw !== null && { raw }),
  });
  // Requests hold raw rows, so what is usual of them is read off the raw table.
  const manifest = withFeatures(await manifestOf(deps, result, raw ?? data), uses);
  const model = await deps.artifacts.putJson(manifest, MEDIA_TYPE.model);
  logger.info(
    { algorithm: manifest.algorithm, rows: manifest.trainingRows, parity: manifest.parity },
    'trained',
  );
  return {
    outputs: {
      values: { rows: manifest.trainingRows, algorithm: manifest.algorithm },
      artifacts: { model },
      metrics: result.metrics,
    },
  };
};

/** The champion's graph for a warm start; `null` where none is asked for, or none is there. */
async function championToStartFrom({
  deps,
  plan,
  inputs,
}: StepWorkContext): Promise<ArtifactRef | null> {
  if (inputs['warmStart'] !== true || plan.model === null) return null;
  const alias = await deps.registry.champion(plan.model);
  const version = alias === null ? null : await deps.registry.version(plan.model, alias.version);
  if (version === null || version.content.target !== inputs['target']) return null;
  return version.content.onnx ?? null;
}

/** Which features earlier steps joined to the data, and how it was prepared. */
async function metadataOf(
  { deps, signal }: StepWorkContext,
  data: ArtifactRef,
): Promise<{ readonly [key: string]: string }> {
  const path = await deps.artifacts.localPath(data);
  return (await describeTable(path, { format: 'parquet', signal })).metadata;
}

/** With the features among its inputs: what a gateway looks up, by the definitions of today. */
function withFeatures(manifest: TrainedManifest, uses: readonly FeatureUse[]): TrainedManifest {
  const features = usesOfInputs(uses, manifest.signature.inputs);
  return features.length === 0 ? manifest : { ...manifest, features };
}

async function runTraining(
  context: StepWorkContext,
  uses: readonly FeatureUse[],
  artifacts: Readonly<Record<string, ArtifactRef>>,
): Promise<StepProcessResult> {
  const { data: _, ...values } = withEntityContext(context.inputs, uses);
  try {
    return await runPythonStep(context, 'train.py', values, artifacts);
  } catch (error) {
    throw explained(error);
  }
}

/** Tells apart what the contract's exit codes cannot. */
function explained(error: unknown): unknown {
  if (!isMillraceError(error) || error.type !== 'StepProcessFailed') return error;
  if (error.message.includes(PARITY_MARKER)) {
    const at = error.message.indexOf(PARITY_MARKER) + PARITY_MARKER.length;
    return new MillraceError(
      'ModelParityFailed',
      `the exported model does not answer as the trained one: ${error.message.slice(at).trim()}`,
      'try another algorithm; with this data it cannot be exported faithfully',
      { cause: error },
    );
  }
  return error;
}

/** The part of a manifest that Python hands on (artifact `trained`), as `python/train.py` writes it. */
type Trained = Pick<
  TrainedManifest,
  | 'task'
  | 'algorithm'
  | 'hyperparameters'
  | 'target'
  | 'seed'
  | 'signature'
  | 'timeColumn'
  | 'parity'
  | 'environment'
  | 'importance'
> & { readonly rows: number };

async function manifestOf(
  deps: ActivityDeps,
  { artifacts }: StepProcessResult,
  data: ArtifactRef,
): Promise<TrainedManifest> {
  const { onnx, trained: trainedRef, preparation } = artifacts;
  const broken = new MillraceError(
    'StepContractBroken',
    'train.py ended well without handing on a whole model',
    'its Python files and millrace are of different versions: install again',
  );
  if (onnx === undefined || trainedRef === undefined) throw broken;
  const trained = await deps.artifacts.readJson<unknown>(trainedRef);
  if (!isTrained(trained)) throw broken;
  const { rows, ...described } = trained;
  return {
    format: 'millrace-model/1',
    ...described,
    onnx,
    trainingData: data,
    trainingRows: rows,
    ...(preparation !== undefined && { preparation }),
    evaluation: null,
  };
}

function isTrained(value: unknown): value is Trained {
  if (!isObject(value)) return false;
  const { task, algorithm, target, seed, rows, timeColumn } = value;
  const objects = ['hyperparameters', 'signature', 'parity', 'environment'];
  return (
    (task === 'regression' || task === 'classification') &&
    typeof algorithm === 'string' &&
    typeof target === 'string' &&
    typeof seed === 'number' &&
    typeof rows === 'number' &&
    (timeColumn === null || typeof timeColumn === 'string') &&
    objects.every((name) => isObject(value[name]))
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

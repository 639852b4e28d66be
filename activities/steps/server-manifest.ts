import {
  type ArtifactRef,
  isArtifactRef,
  type JsonValue,
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  type RegisterInputs,
  type ServerInputs,
  ServerProblem,
  type SignatureInputs,
  serverOf,
  signatureOf,
} from '../../contracts/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { openModel } from '../../models/sources/index.js';
import { readTable } from '../../storage/tabular/index.js';
import { describeTable } from '../../storage/tabular/read-table.js';
import type { StepWorkContext } from '../step-work.js';

export interface RegisteredManifest {
  readonly manifest: ModelManifest;
  readonly reference: ArtifactRef;
}

/**
 * The manifest of a model that a server answers for, measured on a hold-out where one is given.
 *
 * @throws MillraceError `InvalidInput` where server and signature do not fit together,
 * `ServiceUnavailable` where it is to be measured and cannot be asked
 */
export async function serverManifest(context: StepWorkContext): Promise<RegisteredManifest> {
  const { deps, task, plan, inputs, signal } = context;
  const sampling = plan.serve?.sampling;
  const { server, signature, data = null, holdout } = checkedInputs(inputs);
  const read = readBoth(context, server, signature);
  const unmeasured: ModelManifest = {
    format: 'millrace-model/1',
    task: read.signature.task,
    algorithm: `served over ${read.server.protocol}`,
    hyperparameters: {},
    target: read.signature.output.name,
    seed: null,
    server: { ...read.server, ...(sampling !== undefined && { sampling }) },
    signature: read.signature,
    trainingData: data,
    trainingRows: data === null ? 0 : await rowsOf(context, data),
    timeColumn: read.signature.context.find(({ role }) => role === 'time')?.name ?? null,
    environment: {},
    evaluation: null,
  };
  const manifest =
    holdout === undefined
      ? unmeasured
      : { ...unmeasured, evaluation: await measured(context, unmeasured, holdout) };
  signal.throwIfAborted();
  context.logger.info({ step: task.stepId, protocol: read.server.protocol }, 'a server answers');
  return { manifest, reference: await deps.artifacts.putJson(manifest, MEDIA_TYPE.model) };
}

/** The shape was checked when the file was compiled; what expressions gave is known only now. */
function checkedInputs(inputs: StepWorkContext['inputs']) {
  const { server, signature, data, holdout } = inputs as unknown as RegisterInputs;
  if (server === undefined || signature === undefined) {
    throw new MillraceError('Internal', 'register: a server without a signature');
  }
  return {
    server: {
      ...server,
      ...(server.command !== undefined && { command: server.command.map(plainText) }),
      ...(server.url !== undefined && { url: plainText(server.url) }),
      ...(server.model !== undefined && { model: plainText(server.model) }),
      ...(server.version !== undefined && { version: plainText(server.version) }),
      ...(server.env !== undefined && {
        env: Object.fromEntries(
          Object.entries(server.env).map(([name, value]) => [name, plainText(value)]),
        ),
      }),
      ...(server.files !== undefined && { files: artifactOf('server.files', server.files) }),
    },
    signature,
    ...(data !== undefined && { data: artifactOf('data', data) }),
    ...(holdout !== undefined && { holdout: artifactOf('holdout', holdout) }),
  };
}

function plainText(value: JsonValue): string {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new MillraceError(
    'InvalidInput',
    `register: ${JSON.stringify(value)} in with.server is no text`,
    'give it a text',
  );
}

function artifactOf(key: string, value: unknown): ArtifactRef {
  if (isArtifactRef(value)) return value;
  throw new MillraceError(
    'InvalidInput',
    `register: with.${key} is ${JSON.stringify(value)}, not an artifact`,
    'give it the output of another step, steps.<id>.<name>',
  );
}

function readBoth(
  { task }: StepWorkContext,
  server: ServerInputs,
  signature: SignatureInputs,
): Pick<ModelManifest & { server: object }, 'server' | 'signature'> {
  try {
    return {
      server: serverOf(server, task.run.baseDirectory),
      signature: signatureOf(signature, server),
    };
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `step ${task.stepId}: with.${error.path.join('.')}: ${error.message}`,
    );
  }
}

async function rowsOf({ deps, signal }: StepWorkContext, ref: ArtifactRef): Promise<number> {
  const path = await deps.artifacts.localPath(ref);
  return (await describeTable(path, { format: 'parquet', signal })).rows;
}

async function measured(
  { deps, signal }: StepWorkContext,
  manifest: ModelManifest,
  holdout: ArtifactRef,
): Promise<NonNullable<ModelManifest['evaluation']>> {
  const path = await deps.artifacts.localPath(holdout);
  const table = await readTable(path, { format: 'parquet', signal });
  const model = await openModel(deps, manifest, { name: 'the model to register' });
  try {
    const { metrics, rows } = await measureTable(model, table, manifest.target, signal);
    return { holdout, rows, metrics, champion: null, gate: null };
  } finally {
    await model.release();
  }
}

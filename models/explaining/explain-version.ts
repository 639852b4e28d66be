import { type JsonObject, MillraceError, type VersionRecord } from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/index.js';
import type { Table } from '../../storage/tabular/index.js';
import type { LoggedRow, RowReader } from '../predictions/ports.js';
import { type ModelServers, openModel } from '../sources/index.js';
import { openDoor } from './answering-door.js';
import { DEFAULT_BACKGROUND_ROWS, DEFAULT_ROWS, type ExplainRequest } from './explain-request.js';
import { findPrediction } from './find-prediction.js';
import { type ImportanceByFeature, nativeImportance } from './native-importance.js';
import { oneRow } from './one-row.js';
import type { ProgramResult } from './program-result.js';
import { type ExplainingPython, runExplainProgram } from './run-explain-program.js';
import { sampleRows } from './sample-rows.js';

export interface ExplainDeps {
  readonly artifacts: Pick<ArtifactStore, 'has' | 'localPath'>;
  /** Starts the servers of models that have a command; absent where none may be started. */
  readonly servers?: Pick<ModelServers, 'start'>;
  readonly log: RowReader;
  /** Asked for once all else is known to be good: making the environment takes minutes. */
  readonly python: () => Promise<ExplainingPython>;
  readonly signal: AbortSignal;
}

/** The rows that are explained, and whence they are. */
export interface ExplainedData {
  readonly table: Table;
  readonly from: string;
  /** Of which these were drawn. */
  readonly available: number;
  /** Where it is the row of a prediction. */
  readonly prediction?: LoggedRow;
}

export interface ComputedExplanation {
  readonly result: ProgramResult;
  readonly background: ExplainedData;
  readonly data: ExplainedData;
  readonly native: ImportanceByFeature | null;
}

/**
 * Computes an explanation of a version with Python.
 *
 * @throws MillraceError `InvalidInput` where data or row do not fit the model, `NotFound` where the
 * prediction or the data of the version is not there
 */
export async function computeExplanation(
  deps: ExplainDeps,
  record: VersionRecord,
  request: ExplainRequest,
): Promise<ComputedExplanation> {
  const { signature } = record.content;
  const native = request.method === 'native' ? nativeImportance(record) : null;
  const data = await readData(deps, record, request);
  const background = await readBackground(deps, record, request);
  const { onnx } = record.content;
  if (onnx !== undefined && !(await deps.artifacts.has(onnx))) throw gone(record, 'graph');
  if (signature.task === 'classification' && signature.output.classes === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${record.model}@${record.version} names no classes, and a class is what is explained`,
      'list the classes in its signature',
    );
  }
  const { task, inputs, output } = signature;
  const values: JsonObject = {
    method: request.method,
    task,
    inputs: inputs.map(({ name, tensor, index }) => ({ name, tensor, index })),
    classes: output.classes === undefined ? null : [...output.classes],
    classIndex: request.classIndex ?? null,
    seed: request.seed,
    samples: request.samples ?? null,
    repeats: request.repeats ?? null,
    metric: request.metric ?? null,
    features: request.features?.map((name) => inputs.findIndex((one) => one.name === name)) ?? null,
    ice: request.ice ?? false,
    native: native === null ? null : [...native.values],
  };
  const tables = { background: background.table, rows: data.table };
  const python = await deps.python();
  if (onnx !== undefined) {
    const work = { ...tables, values, onnx: await deps.artifacts.localPath(onnx) };
    return { result: await runExplainProgram(work, python), background, data, native };
  }
  // What answers is no graph that Python could run: it asks this process, row by row.
  const name = `version ${record.version} of ${record.model}`;
  const model = await openModel(deps, record.content, { name });
  const door = await openDoor(model);
  try {
    const work = { ...tables, values: { ...values, answers: door.url }, onnx: null };
    return { result: await runExplainProgram(work, python), background, data, native };
  } finally {
    await door.close();
    await model.release();
  }
}

async function readData(
  deps: ExplainDeps,
  record: VersionRecord,
  { rows, method, limit = DEFAULT_ROWS[method], seed }: ExplainRequest,
): Promise<ExplainedData> {
  const { signature, evaluation, trainingData } = record.content;
  const { name, kind } = signature.output;
  const options = {
    limit,
    seed,
    signal: deps.signal,
    ...(method === 'permutation' && { label: { name, kind } }),
  };
  switch (rows.of) {
    case 'row': {
      const table = oneRow(signature, rows.fields, 'write the row as a request would have it');
      return { table, from: 'a row that was given', available: 1 };
    }
    case 'prediction': {
      const prediction = await findPrediction(deps.log, record.model, rows.id);
      const hint = 'the log may mask a column of it, or the version that answered had other inputs';
      const table = oneRow(signature, prediction.inputs, hint);
      return { table, from: `prediction ${prediction.id}`, available: 1, prediction };
    }
    case 'file': {
      const sampled = await sampleRows(rows.path, signature, { ...options, strict: true });
      return { ...sampled, from: rows.path };
    }
    case 'holdout': {
      const [ref, from] =
        evaluation === null ? [trainingData, 'training data'] : [evaluation.holdout, 'hold-out'];
      if (ref === null || !(await deps.artifacts.has(ref))) throw gone(record, from);
      const path = await deps.artifacts.localPath(ref);
      return { ...(await sampleRows(path, signature, { ...options, strict: false })), from };
    }
  }
}

async function readBackground(
  deps: ExplainDeps,
  record: VersionRecord,
  { backgroundFile, backgroundRows = DEFAULT_BACKGROUND_ROWS, seed }: ExplainRequest,
): Promise<ExplainedData> {
  const { signature, trainingData } = record.content;
  const options = { limit: backgroundRows, seed: seed + 1, strict: false, signal: deps.signal };
  if (backgroundFile !== undefined) {
    const sampled = await sampleRows(backgroundFile, signature, { ...options, strict: true });
    return { ...sampled, from: backgroundFile };
  }
  if (trainingData === null || !(await deps.artifacts.has(trainingData))) {
    throw gone(record, 'training data');
  }
  const path = await deps.artifacts.localPath(trainingData);
  return { ...(await sampleRows(path, signature, options)), from: 'training data' };
}

function gone({ model, version }: VersionRecord, what: string): MillraceError {
  return new MillraceError(
    'NotFound',
    `the ${what} of ${model}@${version} is not on this machine`,
    what === 'graph'
      ? 'its artifact is gone: train or import the version again'
      : 'name a file in its place: --data FILE for the rows, --background FILE for what they are compared with',
  );
}

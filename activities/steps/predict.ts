import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  BAD_ROW_ACTIONS,
  type BadRowAction,
  MEDIA_TYPE,
  MillraceError,
  sourceIdentity,
  type VersionRecord,
} from '../../contracts/index.js';
import type { BatchResult } from '../../models/batch/batch-job.js';
import { loadForJob, logOfJob, versionOfJob } from '../../models/batch/batch-model.js';
import { openJobFeatures } from '../../models/batch/features/job-features.js';
import { predictCompleted } from '../../models/batch/features/predict-completed.js';
import { newRequestUuid } from '../../models/predictions/prediction-id.js';
import { makeDirectory, replaceFile } from '../../storage/durable-file.js';
import { describeTable } from '../../storage/tabular/read-table.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import {
  optionalNumber,
  optionalText,
  optionalTexts,
  requiredArtifact,
  requiredText,
} from './step-inputs.js';

/** What an attempt begins with, so that the next one goes on with the same. */
interface Pinned {
  readonly version: number;
  readonly requestUuid: string;
}

/**
 * Predicts for every row of a table: the artifact `data` is the table with the predictions beside its
 * columns. The version is chosen once a run: a retry goes on with it, whatever was promoted meanwhile,
 * and after the last part that an attempt before it had finished.
 *
 * @throws MillraceError `InvalidInput` for a table that lacks a column of the model, and for bad rows
 * where they are not to be left out; `NotFound` for a model or version that there is not
 */
export const predict: StepWork = async (context) => {
  const { deps, task, step, logger } = context;
  const directory = join(deps.home.workDir, `${task.run.runId}.${step.id}.predict`);
  await makeDirectory(directory);
  const { record, requestUuid } = await pinnedVersion(context, directory);
  const { model, version } = record;
  logger.info({ model, version }, 'predicting');
  const output = join(directory, 'predictions.parquet');
  const result = await predictTable(context, record, { directory, output, requestUuid });
  const data = await deps.artifacts.putFile(output, MEDIA_TYPE.parquet);
  await writeBeside(context, output);
  await rm(directory, { recursive: true, force: true });
  const { rows, written, bad, unanswered } = result;
  if (bad > 0) logger.warn({ bad, examples: result.examples }, 'rows that the model cannot take');
  return {
    outputs: {
      values: { model, version, rows, written, bad, unanswered },
      artifacts: { data },
      metrics: {},
    },
  };
};

async function pinnedVersion(
  context: StepWorkContext,
  directory: string,
): Promise<{ readonly record: VersionRecord; readonly requestUuid: string }> {
  const { registry } = context.deps;
  const model = requiredText(context, 'model');
  const file = join(directory, 'pinned.json');
  const earlier = await readPinned(file);
  const wanted =
    earlier?.version ??
    optionalNumber(context, 'version') ??
    optionalText(context, 'alias') ??
    null;
  const record = await versionOfJob(registry, model, wanted);
  if (earlier !== null) return { record, requestUuid: earlier.requestUuid };
  const pinned: Pinned = { version: record.version, requestUuid: newRequestUuid() };
  await replaceFile(file, (temporary) => writeFile(temporary, JSON.stringify(pinned)));
  return { record, requestUuid: pinned.requestUuid };
}

async function readPinned(file: string): Promise<Pinned | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Pinned;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function predictTable(
  context: StepWorkContext,
  record: VersionRecord,
  to: { readonly directory: string; readonly output: string; readonly requestUuid: string },
): Promise<BatchResult> {
  const { deps, signal, report } = context;
  const input = await deps.artifacts.localPath(requiredArtifact(context, 'data'));
  const { rows: total } = await describeTable(input, { format: 'parquet', signal });
  const features = await openJobFeatures({ ...deps, env: process.env }, record);
  const loaded = await loadForJob(deps, record);
  const job = {
    input,
    inputFormat: 'parquet',
    output: to.output,
    outputFormat: 'parquet',
    model: record.model,
    version: record.version,
    graph: sourceIdentity(record.content),
    signature: record.content.signature,
    columns: optionalTexts(context, 'columns') ?? null,
    onBadRow: badRowAction(context),
    requestUuid: to.requestUuid,
    workDir: join(to.directory, 'parts'),
  } as const;
  try {
    return await predictCompleted(job, loaded, features, {
      signal,
      ...(context.inputs['log'] === true && {
        log: await logOfJob(deps.artifacts, deps.home, record),
      }),
      onProgress: ({ rows, bad }) =>
        report({ progress: total === 0 ? null : rows / total, metrics: { rows, bad } }),
    });
  } finally {
    await Promise.all([loaded.release(), features?.close()]);
  }
}

function badRowAction(context: StepWorkContext): BadRowAction {
  const text = optionalText(context, 'onBadRow') ?? 'fail';
  const action = BAD_ROW_ACTIONS.find((known) => known === text);
  if (action !== undefined) return action;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.onBadRow is ${JSON.stringify(text)}`,
    `there are: ${BAD_ROW_ACTIONS.join(', ')}`,
  );
}

/** Another copy where people look for it: whole or not at all, as often as the step is tried. */
async function writeBeside(context: StepWorkContext, predictions: string): Promise<void> {
  const name = optionalText(context, 'output');
  if (name === undefined) return;
  const path = resolve(context.task.run.baseDirectory, name);
  await makeDirectory(dirname(path));
  await replaceFile(path, (temporary) => copyFile(predictions, temporary));
}

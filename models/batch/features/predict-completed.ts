import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, replaceFile } from '../../../storage/durable-file.js';
import { convertRows } from '../../../storage/tabular/convert-rows.js';
import { joinParts } from '../../../storage/tabular/join-parts.js';
import { describeColumns } from '../../../storage/tabular/open-table.js';
import { identifier } from '../../../storage/tabular/sql-text.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import type { ServedModel } from '../../inference/served-model.js';
import { BadRows } from '../bad-rows.js';
import type { BatchJob, BatchResult } from '../batch-job.js';
import { partFile } from '../job-state.js';
import { type PredictFileOptions, predictFile } from '../predict-file.js';
import { entityColumns, featureColumns, plainRows, tableOf } from './feature-columns.js';
import type { JobFeatures } from './job-features.js';

/** Rows whose entities are asked for at once. */
const PART_ROWS = 16_384;
const IDENTITY = 'input.json';

/**
 * {@link predictFile} for a model with features: what a row lacks of them is looked up first, as the
 * gateways do; what it brings itself stands. A row of which a needed feature is not found is a bad row.
 * The file with what was looked up is kept until the job is done or has refused a row, so that one that
 * goes on after a kill goes on with the same values.
 *
 * @param features - `null`: the model has none
 * @throws MillraceError as {@link predictFile}; `ServiceUnavailable` where the online store does not
 * answer and the model's pipeline does not say to go on without
 */
export async function predictCompleted(
  job: BatchJob,
  model: ServedModel,
  features: JobFeatures | null,
  options: PredictFileOptions = {},
): Promise<BatchResult> {
  if (features === null) return predictFile(job, model, options);
  const directory = `${job.workDir}.features`;
  const columns = await describeColumns(job.input, formatOf(job));
  const completed = await completedFile(job, features, columns, { directory, ...options });
  const result = await predictFile(
    {
      ...job,
      input: completed,
      shownInput: job.shownInput ?? job.input,
      inputFormat: 'parquet',
      columns: job.columns ?? columns.map(({ name }) => name),
    },
    model,
    options,
  ).catch(async (error: unknown) => {
    // What was missing may be there by the next call: it looks again.
    if (error instanceof BadRows) await remove(directory);
    throw error;
  });
  await remove(directory);
  return result;
}

function remove(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

type FileColumns = Awaited<ReturnType<typeof describeColumns>>;

interface Completing {
  readonly directory: string;
  readonly signal?: AbortSignal;
}

/** Made once for an input: another one under its name is another job. */
async function completedFile(
  job: BatchJob,
  features: JobFeatures,
  columns: FileColumns,
  { directory, signal }: Completing,
): Promise<string> {
  const file = join(directory, 'completed.parquet');
  const { size, mtimeMs, ino } = await stat(job.input);
  const { input, model, version } = job;
  const identity = JSON.stringify({ input, size, mtimeMs, ino, model, version });
  const made = await readFile(join(directory, IDENTITY), 'utf8').catch(() => null);
  if (made === identity) return file;
  await remove(directory);
  await makeDirectory(directory);
  const parts = await writeParts(job, features, columns, { directory, ...(signal && { signal }) });
  const added = featureColumns(features.uses).map(({ name }) => name);
  await joinParts(input, file, {
    keep: columns.map(({ name }) => name).filter((name) => !added.includes(name)),
    parts,
    added: added.map((name) => ({ name, expression: `parts.${identifier(name)}` })),
    outputFormat: 'parquet',
    ...formatOf(job),
    ...(signal && { signal }),
  });
  await Promise.all(parts.map((part) => rm(part)));
  // Last: until then there is no whole file.
  await replaceFile(join(directory, IDENTITY), (temporary) => writeFile(temporary, identity));
  return file;
}

/** Parquet files with every feature of each row, in their order. */
async function writeParts(
  job: BatchJob,
  { uses, timeColumn, lookup }: JobFeatures,
  columns: FileColumns,
  { directory, signal }: Completing,
): Promise<readonly string[]> {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const features = featureColumns(uses);
  const entities = entityColumns(uses).map((name) => ({ name, kind: kinds.get(name) ?? 'string' }));
  const time = timeColumn === null ? [] : [{ name: timeColumn, kind: 'timestamp' } as const];
  const wanted = [...new Map([...features, ...time, ...entities].map((one) => [one.name, one]))]
    .map(([, { name, kind }]) => ({ name, kind, required: false }))
    .filter(({ name }) => kinds.has(name));
  const eased = lookup.ease(job.signature);
  const parts: string[] = [];
  let waiting: unknown[] = [];
  const endPart = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const { rows } = await lookup.complete(eased, waiting);
    const part = partFile(directory, parts.length);
    await writeParquet(
      tableOf(features, rows as readonly { readonly [name: string]: unknown }[]),
      part,
    );
    parts.push(part);
    waiting = [];
  };
  const options = { ...formatOf(job), ...(signal && { signal }) };
  // A file without any of these columns has no features of anybody.
  const asked = wanted.length > 0 ? wanted : [anyColumn(columns)];
  await convertRows(job.input, asked, options, async (read) => {
    for (const row of plainRows(read.rows, read.columns)) waiting.push(row);
    if (waiting.length >= PART_ROWS) await endPart();
  });
  await endPart();
  return parts;
}

function anyColumn(columns: FileColumns) {
  return { name: columns[0]?.name ?? '', kind: columns[0]?.kind ?? 'string', required: false };
}

function formatOf({ inputFormat }: BatchJob) {
  return inputFormat === undefined ? {} : { format: inputFormat };
}

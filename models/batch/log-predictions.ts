import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogSpec, ModelSignature } from '../../contracts/index.js';
import { joinParts } from '../../storage/tabular/join-parts.js';
import { identifier, literal } from '../../storage/tabular/sql-text.js';
import { gatewayDirectory, parquetName, segmentName } from '../predictions/log-layout.js';
import { PARQUET_FIELDS } from '../predictions/log-sql.js';
import { predictionExpression } from './added-columns.js';
import type { BatchJob } from './batch-job.js';
import { maskedColumn } from './masked-column.js';
import { PART } from './part-collector.js';

/** How a job's predictions are kept beside those of the gateways, so that monitors see them too. */
export interface BatchLog {
  /** `predictionsDir` of the home. */
  readonly directory: string;
  /** What of them is kept, as the version's pipeline said for its gateways. */
  readonly spec: LogSpec;
  /** Of the hashes. */
  readonly maskingKey: Uint8Array;
}

/** Stands where others have the id of a gateway. */
const WRITER = 'batch';

/**
 * Writes a job's predictions into the prediction log: a segment of its own, whole or not at all, under
 * a name that the job's request id gives. A job that is repeated finds it there, so that no prediction
 * is in the log twice. Rows without a prediction are left out.
 *
 * @param parts - Parquet files of the job, in order
 * @param columns - names of the input's columns
 * @returns rows that were written; 0 where an earlier attempt had done it
 */
export async function logPredictions(
  job: BatchJob,
  { requestUuid, parts, columns }: LoggedJob,
  { directory, spec, maskingKey }: BatchLog,
  signal?: AbortSignal,
): Promise<number> {
  const parent = gatewayDirectory(directory, job.model, WRITER);
  const segment = join(parent, parquetName(segmentName('predictions', requestUuid)));
  if (await isThere(segment)) return 0;
  const has = (name: string) => columns.includes(name);
  const masked = (name: string, isText: boolean) =>
    maskedColumn(name, spec.columns?.[name], { isText, key: maskingKey });
  const { signature, model, version } = job;
  const id = `${literal(`${requestUuid}/`)} || parts.row_number`;
  const time = eventTime(signature, has);
  const at = literal(new Date().toISOString());
  const inputs = signature.inputs.map(({ name, kind }) =>
    entry(name, has(name) ? (masked(name, kind === 'string') ?? 'NULL') : 'NULL'),
  );
  const context = signature.context.flatMap(({ name }) => {
    const value = has(name) ? masked(name, true) : null;
    return value === null ? [] : [entry(name, value)];
  });
  const expressions: Readonly<Record<string, string>> = {
    id,
    model: literal(model),
    version: String(version),
    at,
    eventTime: `coalesce(${time}, ${at})`,
    timeAssumed: `CASE WHEN ${time} IS NULL THEN true END`,
    inputs: object(inputs),
    context: object(context),
    prediction: `to_json(${predictionExpression(signature)})::VARCHAR`,
    probabilities: probabilities(signature),
  };
  return joinParts(job.input, segment, {
    keep: [],
    parts,
    added: Object.entries(PARQUET_FIELDS).map(([name, type]) => ({
      name,
      expression: `(${expressions[name] ?? 'NULL'})::${type === 'JSON' ? 'VARCHAR' : type}`,
    })),
    leaveOut: leftOut(id, spec.sample ?? 1),
    outputFormat: 'parquet',
    // As a gateway logs them: what is text to the model is text here, and so are times.
    asText: textColumns(signature),
    timesAsText: true,
    ...(job.inputFormat !== undefined && { format: job.inputFormat }),
    ...(signal !== undefined && { signal }),
  });
}

function textColumns({ inputs, context }: ModelSignature): readonly string[] {
  const beside = context.filter(({ role }) => role !== 'time');
  return [...inputs, ...beside].filter(({ kind }) => kind === 'string').map(({ name }) => name);
}

export interface LoggedJob {
  readonly requestUuid: string;
  readonly parts: readonly string[];
  readonly columns: readonly string[];
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The time that a row carries, as text; NULL without one. */
function eventTime({ context }: ModelSignature, has: (name: string) => boolean): string {
  const column = context.find(({ role }) => role === 'time')?.name;
  if (column === undefined || !has(column)) return 'NULL::VARCHAR';
  const instant = `TRY_CAST(source.${identifier(column)} AS TIMESTAMP)`;
  return `strftime(${instant}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
}

function entry(name: string, value: string): string {
  return `${literal(name)}, ${value}`;
}

function object(entries: readonly string[]): string {
  return `json_object(${entries.join(', ')})::VARCHAR`;
}

function probabilities({ task, output }: ModelSignature): string {
  if (task !== 'classification') return 'NULL';
  const each = (output.classes ?? []).map((_, index) => `parts.${PART.probability(index)}`);
  return `[${each.join(', ')}]`;
}

/** Rows without a prediction, and those that are not in the sample: the same ones each time. */
function leftOut(id: string, sample: number): string {
  const unanswered = `parts.${PART.bad} OR parts.${PART.value} IS NULL OR isnan(parts.${PART.value})`;
  if (sample >= 1) return unanswered;
  const drawn = `('0x' || substr(sha256(${id}), 1, 8))::UBIGINT`;
  return `${unanswered} OR ${drawn} >= ${Math.round(sample * 2 ** 32)}`;
}

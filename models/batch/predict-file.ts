import { rm } from 'node:fs/promises';
import { MillraceError } from '../../contracts/index.js';
import { convertRows } from '../../storage/tabular/convert-rows.js';
import { joinParts } from '../../storage/tabular/join-parts.js';
import { describeColumns } from '../../storage/tabular/open-table.js';
import type { WantedColumn } from '../../storage/tabular/wanted-column.js';
import { writeParquet } from '../../storage/tabular/write-parquet.js';
import type { ServedModel } from '../inference/served-model.js';
import { addedColumns } from './added-columns.js';
import { BadRows } from './bad-rows.js';
import type { BadRow, BatchJob, BatchProgress, BatchResult } from './batch-job.js';
import { type JobState, openJobState, partFile, writeJobState } from './job-state.js';
import { type BatchLog, logPredictions } from './log-predictions.js';
import { PART, PartCollector } from './part-collector.js';

/** Rows of a part of a model with one output. */
const PART_ROWS = 262_144;
/** Numbers of a part: a model of a thousand classes has smaller ones. */
const PART_VALUES = 4_194_304;
/** Bad rows that are told in full. */
const EXAMPLES = 5;

export interface PredictFileOptions {
  readonly signal?: AbortSignal;
  /** Told every few thousand rows. */
  readonly onProgress?: (progress: BatchProgress) => void;
  /** Absent: the predictions are in the output alone. */
  readonly log?: BatchLog;
}

/**
 * Predicts for every row of a file, in its order, in bounded memory. Predictions are kept in parts, so
 * that a job that is broken off goes on after the last whole part; the output is there whole or not at
 * all.
 *
 * @throws MillraceError `InvalidInput` where the input lacks a column of the model, where a column of
 * the output would have a name twice, and on the first bad rows where the job says so
 */
export async function predictFile(
  job: BatchJob,
  model: ServedModel,
  { signal, onProgress, log }: PredictFileOptions = {},
): Promise<BatchResult> {
  const classes = job.signature.output.classes?.length ?? 0;
  const widest = Math.max(1, Math.floor(PART_VALUES / (classes + 2)));
  const partRows = job.partRows ?? Math.min(PART_ROWS, widest);
  const keep = await keptColumns(job);
  let state = await openJobState(job, partRows);
  const resumedRows = state.rows;
  const part = new PartCollector(partRows, job.signature.task === 'classification' ? classes : 0);
  const examples: BadRow[] = [...state.examples];

  const endPart = async (): Promise<void> => {
    // A file without rows has a part without any: an output has the columns all the same.
    if (part.rows === 0 && state.parts > 0) return;
    await writeParquet(part.table(), partFile(job.workDir, state.parts));
    state = afterPart(state, part, examples);
    await writeJobState(job.workDir, state);
    part.clear();
  };

  let seen = resumedRows;
  const wanted = job.signature.inputs.map(
    ({ name, kind, nullable }): WantedColumn => ({ name, kind, required: !nullable }),
  );
  const options = {
    skipRows: resumedRows,
    ...(job.inputFormat !== undefined && { format: job.inputFormat }),
    ...(signal !== undefined && { signal }),
  };
  await convertRows(job.input, wanted, options, async ({ rows, columns, complaints }) => {
    const firstBad = noteBad(complaints, seen, examples);
    if (firstBad && job.onBadRow === 'fail')
      throw new BadRows(job.shownInput ?? job.input, examples);
    const answers = await model.predictTable({ rows, columns, metadata: {} }, signal);
    for (let from = 0; from < rows; ) {
      const fitting = Math.min(part.room, rows - from);
      part.add(answers, complaints, from, fitting);
      from += fitting;
      if (part.room === 0) await endPart();
    }
    seen += rows;
    onProgress?.({ rows: seen, bad: state.bad + part.bad });
  });
  await endPart();
  const parts = Array.from({ length: state.parts }, (_, index) => partFile(job.workDir, index));
  const written = await joinParts(job.input, job.output, {
    keep,
    parts,
    added: addedColumns(job, state.requestUuid),
    ...(job.onBadRow === 'skip' && { leaveOut: `parts.${PART.bad}` }),
    outputFormat: job.outputFormat,
    ...(job.inputFormat !== undefined && { format: job.inputFormat }),
    ...(signal !== undefined && { signal }),
  });
  if (log !== undefined && state.rows > 0) {
    const columns = (await describeColumns(job.input, formatOf(job))).map(({ name }) => name);
    await logPredictions(job, { requestUuid: state.requestUuid, parts, columns }, log, signal);
  }
  await rm(job.workDir, { recursive: true, force: true });
  const { rows, bad, unanswered, requestUuid } = state;
  return { rows, written, bad, examples: state.examples, unanswered, requestUuid, resumedRows };
}

function afterPart(state: JobState, part: PartCollector, examples: readonly BadRow[]): JobState {
  return {
    ...state,
    parts: state.parts + 1,
    rows: state.rows + part.rows,
    bad: state.bad + part.bad,
    unanswered: state.unanswered + part.unanswered,
    examples: examples.filter(({ row }) => row < state.rows + part.rows),
  };
}

/** @returns whether there is a bad row among these */
function noteBad(
  complaints: readonly (string | null)[],
  firstRow: number,
  examples: BadRow[],
): boolean {
  let found = false;
  for (let row = 0; row < complaints.length; row += 1) {
    const reason = complaints[row] ?? null;
    if (reason === null) continue;
    found = true;
    if (examples.length < EXAMPLES) examples.push({ row: firstRow + row, reason });
  }
  return found;
}

function formatOf({ inputFormat }: BatchJob) {
  return inputFormat === undefined ? {} : { format: inputFormat };
}

async function keptColumns(job: BatchJob): Promise<readonly string[]> {
  const columns = await describeColumns(job.input, formatOf(job));
  const kept = job.columns ?? columns.map(({ name }) => name);
  const added = new Set(addedColumns(job, '').map(({ name }) => name.toLowerCase()));
  const twice = kept.find((name) => added.has(name.toLowerCase()));
  if (twice === undefined) return kept;
  throw new MillraceError(
    'InvalidInput',
    `the input has a column ${twice}, which the output has of its own`,
    'choose the columns that are kept: --columns',
  );
}

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, replaceFile } from '../../storage/durable-file.js';
import type { BadRow, BatchJob } from './batch-job.js';

/** What is known of the parts that are whole. */
export interface JobState {
  /** Says of which job they are. */
  readonly identity: string;
  readonly requestUuid: string;
  readonly partRows: number;
  readonly parts: number;
  readonly rows: number;
  readonly bad: number;
  readonly unanswered: number;
  readonly examples: readonly BadRow[];
}

const STATE_FILE = 'job.json';

/** The state that a job was left in; a fresh one, in an empty directory, where it is of another job. */
export async function openJobState(job: BatchJob, partRows: number): Promise<JobState> {
  const identity = await identityOf(job);
  const left = await readState(job.workDir);
  if (left !== null && left.identity === identity && left.partRows === partRows) return left;
  await rm(job.workDir, { recursive: true, force: true });
  await makeDirectory(job.workDir);
  const { requestUuid } = job;
  const fresh = { parts: 0, rows: 0, bad: 0, unanswered: 0, examples: [] };
  const state: JobState = { identity, requestUuid, partRows, ...fresh };
  await writeJobState(job.workDir, state);
  return state;
}

export async function writeJobState(workDir: string, state: JobState): Promise<void> {
  await replaceFile(join(workDir, STATE_FILE), (temporary) =>
    writeFile(temporary, JSON.stringify(state)),
  );
}

/** Path of a part; it is whole when the state counts it. */
export function partFile(workDir: string, part: number): string {
  return join(workDir, `part-${String(part).padStart(6, '0')}.parquet`);
}

async function readState(workDir: string): Promise<JobState | null> {
  try {
    return JSON.parse(await readFile(join(workDir, STATE_FILE), 'utf8')) as JobState;
  } catch {
    return null;
  }
}

/** An input that was written anew is another job. */
async function identityOf({ input, model, version, graph }: BatchJob): Promise<string> {
  const { size, mtimeMs, ino } = await stat(input);
  return JSON.stringify({ input, size, mtimeMs, ino, model, version, graph });
}

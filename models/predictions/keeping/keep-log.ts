import { rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../../logging/logger.js';
import { withDatabase } from '../../../storage/tabular/database.js';
import { copyToParquet, publishParquet } from '../../../storage/tabular/publish-parquet.js';
import {
  listLoggedModels,
  namesIn,
  PROCESS_DIRECTORY,
  parquetName,
  subdirectories,
} from '../log-layout.js';
import { parquetRowsSql } from '../log-sql.js';
import { scanSegment } from '../segment-scan.js';
import { CLOSED_AFTER_MS, type Kept, type LogFile, surplus } from './surplus.js';

/** A gateway that comes back makes its directory anew. */
const EMPTY_FOR_MS = 86_400_000;

/** Of one compaction: a segment is small, and the machine is the models'. */
const LIMITS = { memoryMb: 256, threads: 1 };

export interface KeepLogOptions {
  /** `predictionsDir` of the home. */
  readonly directory: string;
  /** How much is kept, by model. */
  readonly keep: { readonly [model: string]: Kept };
  readonly logger: Logger;
  /** Wall clock. */
  readonly nowMs?: number;
}

/** What a pass over the log did. */
export interface KeptLog {
  /** Segments that were written as Parquet. */
  readonly compacted: number;
  /** Files that were deleted: lines whose Parquet file is there, and what is older or more than is kept. */
  readonly deleted: number;
}

/**
 * A pass over the prediction log: closed segments of predictions become Parquet, what is older or more
 * than is kept is deleted. A segment's lines are deleted by the next pass only, so that a reader that
 * has listed them can still read them; a kill at any moment leaves the lines, the Parquet file or both,
 * and readers take the Parquet file where it is.
 */
export async function keepLog({
  directory,
  keep,
  logger,
  nowMs = Date.now(),
}: KeepLogOptions): Promise<KeptLog> {
  let [compacted, deleted] = [0, 0];
  // What gateways tell of their own processes is kept as long as other health.
  for (const model of [...(await listLoggedModels(directory)), PROCESS_DIRECTORY]) {
    const files = (await filesOf(join(directory, model))).filter(
      ({ writtenMs }) => writtenMs <= nowMs - CLOSED_AFTER_MS,
    );
    const gone = surplus(files, Object.hasOwn(keep, model) ? (keep[model] ?? {}) : {}, nowMs);
    const names = new Set(files.map(({ path }) => path));
    for (const file of files) {
      const { path, name } = file;
      const isLines = /^predictions-.*\.ndjson$/.test(name);
      try {
        if (gone.has(file) || name.endsWith('.tmp') || (isLines && names.has(parquetName(path)))) {
          await rm(path, { force: true });
          deleted += 1;
        } else if (isLines && (await compactSegment(path))) {
          compacted += 1;
        }
      } catch (error) {
        logger.warn({ err: error, path }, 'a segment of the prediction log stays as it is');
      }
    }
    await removeEmpty(join(directory, model), nowMs - EMPTY_FOR_MS);
  }
  return { compacted, deleted };
}

/** Removes the directories of gateways that are gone: where each start has a name of its own there are many. */
async function removeEmpty(directory: string, emptySinceMs: number): Promise<void> {
  for (const name of await subdirectories(directory)) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    // One that holds anything is not removed by this, whoever wrote to it just now.
    if (found !== null && found.mtimeMs < emptySinceMs) await rmdir(path).catch(() => undefined);
  }
}

/**
 * Writes a segment's rows as Parquet beside it.
 *
 * @returns false where there are none
 * @throws Error where not all of them can be read: then the lines are kept
 */
async function compactSegment(path: string): Promise<boolean> {
  let lines = 0;
  await scanSegment(path, 0, () => {
    lines += 1;
  });
  if (lines === 0) return false;
  const destination = parquetName(path);
  await publishParquet(destination, (temporaryPath) =>
    withDatabase(
      [path, temporaryPath],
      undefined,
      async (connection) => {
        const rows = await copyToParquet(connection, parquetRowsSql(path), temporaryPath, {});
        if (rows !== lines) throw new Error(`${rows} of ${lines} rows can be read`);
      },
      LIMITS,
    ),
  );
  // As old as its rows: that is what decides how long it is kept.
  const { atime, mtime } = await stat(path);
  await utimes(destination, atime, mtime);
  return true;
}

/** Every file below a model's directory. */
async function filesOf(directory: string): Promise<readonly LogFile[]> {
  const files: LogFile[] = [];
  for (const gateway of await subdirectories(directory)) {
    const parent = join(directory, gateway);
    for (const name of await namesIn(parent)) {
      const path = join(parent, name);
      const found = await stat(path).catch(() => null);
      if (found === null) continue;
      files.push({ path, name, bytes: found.size, writtenMs: found.mtimeMs });
    }
  }
  return files;
}

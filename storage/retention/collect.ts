import { join } from 'node:path';
import type { Collected } from '../../contracts/index.js';
import { beginningOf, neededDigests } from './needed-digests.js';
import type { CollectorPlaces, NeededFiles } from './ports.js';
import { leftBehind, removeDirectory } from './run-directories.js';
import { removeFile, type StoredFile, settleCondemned, storedFiles } from './stored-files.js';

export interface Collection {
  readonly places: CollectorPlaces;
  readonly needs: NeededFiles;
  /** Runs that ended before this are out of the retention time; RFC 3339. */
  readonly keepSince: string;
  readonly nowMs: number;
  readonly dryRun: boolean;
  /** Called before each file, and may throw to end it: the next collection goes on from there. */
  readonly onFile?: () => void;
}

/** What is put and not yet recorded: a package that is imported, a measurement. */
const LONGEST_GUARD_MS = 10 * 60_000;
/** A plan waits for its run to be opened; that of a schedule, to be told of. */
const PLAN_GUARD_MS = 60 * 60_000;
const PLAN_BEGINS = '{"apiVersion":"millrace/';
const LARGEST_PLAN_BYTES = 16 * 1_048_576;

/**
 * Removes what no version, no retained run and no pin needs: cached results first, so that none of
 * them is found any more, then files, logs and working directories. It can be killed at any point:
 * every step of it leaves the store whole, and the next collection goes on.
 */
export async function collect(collection: Collection): Promise<Collected> {
  const { places, needs, keepSince, dryRun } = collection;
  const cacheEntries = await needs.forgetStaleResults();
  const needed = await neededDigests(places.artifactsDir, needs.texts());
  let freedBytes = dryRun ? 0 : await settleCondemned(places.artifactsDir, needed);
  const guardedFromMs = await guardedFrom(collection);
  const total = { artifacts: 0, keptArtifacts: 0, keptBytes: 0 };
  for await (const file of storedFiles(places.artifactsDir)) {
    collection.onFile?.();
    const goes =
      !needed.has(file.sha256) &&
      file.neededAtMs < guardedFromMs &&
      !(await isWaitingPlan(file, collection.nowMs)) &&
      (dryRun || (await removeFile(places.artifactsDir, file)));
    if (goes) {
      total.artifacts += 1;
      freedBytes += file.bytes;
    } else {
      total.keptArtifacts += 1;
      total.keptBytes += file.bytes;
    }
  }
  const retained = await needs.retainedRuns();
  const logs = await leftBehind(join(places.logsDir, 'runs'), retained, keepSince);
  const work = await leftBehind(places.workDir, retained, keepSince);
  for (const directory of [...logs, ...work]) {
    if (!dryRun) await removeDirectory(directory);
    freedBytes += directory.bytes;
  }
  return {
    dryRun,
    keepSince,
    ...total,
    logs: logs.length,
    workDirectories: work.length,
    cacheEntries,
    freedBytes,
  };
}

/** Files that were needed from then on may belong to what is under way. */
async function guardedFrom({ needs, keepSince, nowMs }: Collection): Promise<number> {
  const guard = Math.max(Date.parse(keepSince), nowMs - LONGEST_GUARD_MS);
  const oldest = await needs.oldestRunUnderWay();
  return oldest === null ? guard : Math.min(guard, Date.parse(oldest));
}

async function isWaitingPlan(file: StoredFile, nowMs: number): Promise<boolean> {
  if (file.bytes > LARGEST_PLAN_BYTES || file.neededAtMs < nowMs - PLAN_GUARD_MS) return false;
  return (await beginningOf(file.path, PLAN_BEGINS.length)) === PLAN_BEGINS;
}

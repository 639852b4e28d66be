import type { LogSpec } from '../../../contracts/index.js';
import { MAX_SEGMENT_AGE_MS } from '../segment-appender.js';

/** A segment that was not written to for so long is closed, whoever's it is, with time to spare. */
export const CLOSED_AFTER_MS = MAX_SEGMENT_AGE_MS + 300_000;

/** Of health where no age was asked for: longer than any window waits for its labels. */
export const HEALTH_KEPT_MS = 400 * 86_400_000;

/** A file of the log. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly writtenMs: number;
}

/** How much is kept; absent: everything. */
export type Kept = Pick<LogSpec, 'keepMs' | 'keepBytes'>;

/**
 * What is to go of one model's log: what is older than is kept, and the oldest predictions beyond the
 * bytes that are kept, with all that was told before the first of those that stay.
 */
export function surplus(
  files: readonly LogFile[],
  { keepMs, keepBytes }: Kept,
  nowMs: number,
): ReadonlySet<LogFile> {
  const gone = new Set(
    files.filter((file) => {
      const ageMs = keepMs ?? (isHealth(file) ? HEALTH_KEPT_MS : Infinity);
      return file.writtenMs < nowMs - ageMs;
    }),
  );
  if (keepBytes === undefined) return gone;
  let bytes = 0;
  let beganMs = Infinity;
  const newestFirst = files
    .filter(isPrediction)
    // Names begin with the time of their first row: they tell apart what was written in one moment.
    .sort((a, b) => b.writtenMs - a.writtenMs || (a.name < b.name ? 1 : -1));
  for (const file of newestFirst) {
    bytes += file.bytes;
    if (bytes > keepBytes) gone.add(file);
    else beganMs = file.writtenMs - CLOSED_AFTER_MS;
  }
  if (beganMs === Infinity) return gone;
  for (const file of files) if (!isPrediction(file) && file.writtenMs < beganMs) gone.add(file);
  return gone;
}

function isPrediction({ name }: LogFile): boolean {
  return name.startsWith('predictions-');
}

function isHealth({ name }: LogFile): boolean {
  return name.startsWith('service-');
}

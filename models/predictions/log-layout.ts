import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type SegmentKind =
  | 'predictions'
  | 'shadows'
  | 'labels'
  | 'feedback'
  | 'business'
  | 'service';

/** Beside the models, with a directory a gateway: its name can be none of a model. */
export const PROCESS_DIRECTORY = '.gateways';

/**
 * One file of the log: `<directory>/<model>/<gateway>/<kind>-<first uuid>.ndjson`, as it is appended
 * to; once it is closed and old, the same rows as `….parquet`.
 */
export interface Segment {
  readonly path: string;
  readonly gateway: string;
  /** First request id in it (predictions), or the time it was begun (all others); UUIDv7. */
  readonly firstUuid: string;
}

export function gatewayDirectory(directory: string, model: string, gatewayId: string): string {
  return join(directory, model, gatewayId);
}

const LINES = '.ndjson';
const PARQUET = '.parquet';

export function isParquet(path: string): boolean {
  return path.endsWith(PARQUET);
}

/** The Parquet file that takes the place of a segment's lines. */
export function parquetName(lines: string): string {
  return `${lines.slice(0, -LINES.length)}${PARQUET}`;
}

export function segmentName(kind: SegmentKind, firstUuid: string): string {
  return `${kind}-${firstUuid}.ndjson`;
}

/** Segments that every gateway wrote for this model, oldest first; none when there is no log yet. */
export async function listSegments(
  directory: string,
  model: string,
  kind: SegmentKind,
): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const gateway of await subdirectories(join(directory, model))) {
    const parent = join(directory, model, gateway);
    const names = new Set(await namesIn(parent));
    for (const name of names) {
      const suffix = name.endsWith(LINES) ? LINES : PARQUET;
      if (!name.startsWith(`${kind}-`) || !name.endsWith(suffix)) continue;
      // A Parquet file has its final name once it is whole: from then on the lines do not count.
      if (suffix === LINES && names.has(parquetName(name))) continue;
      const firstUuid = name.slice(kind.length + 1, -suffix.length);
      segments.push({ path: join(parent, name), gateway, firstUuid });
    }
  }
  return segments.sort((a, b) => (a.firstUuid < b.firstUuid ? -1 : 1));
}

/** Segments that every gateway wrote of its own process. */
export function listProcessSegments(directory: string): Promise<readonly Segment[]> {
  return listSegments(directory, PROCESS_DIRECTORY, 'service');
}

/** Models that have a log. */
export async function listLoggedModels(directory: string): Promise<readonly string[]> {
  return (await subdirectories(directory)).filter((name) => name !== PROCESS_DIRECTORY);
}

/** None where there is no such directory. */
export async function subdirectories(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(noneWhereMissing);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** What a directory holds; nothing where it was removed in between. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(noneWhereMissing);
}

function noneWhereMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

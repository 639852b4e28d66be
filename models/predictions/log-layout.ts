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

/** One NDJSON file of the log: `<directory>/<model>/<gateway>/<kind>-<first uuid>.ndjson`. */
export interface Segment {
  readonly path: string;
  readonly gateway: string;
  /** First request id in it (predictions), or the time it was begun (all others); UUIDv7. */
  readonly firstUuid: string;
}

export function gatewayDirectory(directory: string, model: string, gatewayId: string): string {
  return join(directory, model, gatewayId);
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
    for (const name of await readdir(parent)) {
      if (!name.startsWith(`${kind}-`) || !name.endsWith('.ndjson')) continue;
      const firstUuid = name.slice(kind.length + 1, -'.ndjson'.length);
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

async function subdirectories(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

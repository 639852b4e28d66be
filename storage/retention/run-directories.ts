import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A directory that a run left. */
export interface RunDirectory {
  readonly path: string;
  readonly bytes: number;
}

/**
 * The directories of runs that are not retained: named by the run's id, or begun with it and a dot.
 * What was touched since is left, whoever it belongs to.
 *
 * @param since - RFC 3339
 */
export async function leftBehind(
  directory: string,
  retained: ReadonlySet<string>,
  since: string,
): Promise<readonly RunDirectory[]> {
  const found: RunDirectory[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    if (retained.has(runIdOf(name))) continue;
    const path = join(directory, name);
    const { bytes, changedMs } = await sizeOf(path);
    if (changedMs < Date.parse(since)) found.push({ path, bytes });
  }
  return found;
}

export function removeDirectory({ path }: RunDirectory): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

function runIdOf(name: string): string {
  const [id = name] = name.split('.');
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** Bytes of all that lies below, and when any of it last changed. */
async function sizeOf(path: string): Promise<{ bytes: number; changedMs: number }> {
  const found = await stat(path).catch(() => null);
  if (found === null) return { bytes: 0, changedMs: Number.POSITIVE_INFINITY };
  if (!found.isDirectory()) return { bytes: found.size, changedMs: found.mtimeMs };
  let bytes = 0;
  let changedMs = found.mtimeMs;
  for (const name of await readdir(path).catch(() => [])) {
    const inner = await sizeOf(join(path, name));
    bytes += inner.bytes;
    if (Number.isFinite(inner.changedMs)) changedMs = Math.max(changedMs, inner.changedMs);
  }
  return { bytes, changedMs };
}

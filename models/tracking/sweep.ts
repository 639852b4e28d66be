import { runDigest } from './mirror-run.js';
import { windowDigest, windowItem } from './mirror-window.js';
import type { MirrorDeps } from './ports.js';
import { type Subject, subjectText } from './subject.js';

/**
 * Marks everything that the tracker does not have yet, by comparing the registry with the mirror's
 * book: what was there before a tracker was named, and what a worker was killed over between its write
 * and its mark. What was refused is tried again.
 */
export async function markWhatIsBehind(
  { registry }: Pick<MirrorDeps, 'registry'>,
  target: string,
): Promise<number> {
  const subjects: Subject[] = [
    ...(await runsBehind(registry, target)),
    ...(await modelsBehind(registry, target)),
  ];
  if (subjects.length > 0) await registry.mirror.mark(target, subjects.map(subjectText));
  return subjects.length;
}

type Registry = MirrorDeps['registry'];

/** Oldest first. */
async function runsBehind(registry: Registry, target: string): Promise<readonly Subject[]> {
  const known = await registry.mirror.items(target, 'run/');
  const runs = await registry.runs({ limit: Number.MAX_SAFE_INTEGER });
  return runs
    .filter((run) => known.get(`run/${run.runId}`)?.digest !== runDigest(run))
    .reverse()
    .map(({ runId }): Subject => ({ kind: 'run', runId }));
}

/** Every model, which costs one look each, and the windows that differ from what was written. */
async function modelsBehind(registry: Registry, target: string): Promise<readonly Subject[]> {
  const behind: Subject[] = [];
  for (const model of await registry.models()) {
    behind.push({ kind: 'model', model });
    const known = await registry.mirror.items(target, `window/${model}/`);
    for (const measurement of await registry.measurements(model)) {
      const item = known.get(windowItem(measurement));
      if (item?.state === 'written' && item.digest === windowDigest(measurement)) continue;
      behind.push({ kind: 'window', model, window: measurement.window });
    }
  }
  return behind;
}

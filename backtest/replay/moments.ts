import type { TimeWindow } from '../../contracts/index.js';
import { windowFrom, windowStartMs } from '../../monitoring/drift/index.js';
import type { Strategy } from '../strategies/strategy.js';
import { watchedWindows } from './watched-windows.js';
import type { ReplayWorld } from './world.js';

/** Something that is due at a moment of the simulated clock. */
export type Moment =
  | { readonly kind: 'window'; readonly atMs: number; readonly window: TimeWindow }
  | { readonly kind: 'cadence'; readonly atMs: number };

/**
 * The stretches that all strategies are compared over, whatever each of them cuts its own windows by:
 * those of one length that lie wholly inside what is replayed, oldest first.
 */
export function comparedWindows({
  startMs,
  endMs,
  everyMs,
}: Pick<ReplayWorld, 'startMs' | 'endMs' | 'everyMs'>): readonly TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (let start = windowStartMs(startMs, everyMs); start + everyMs <= endMs; start += everyMs) {
    if (start >= startMs) windows.push(windowFrom(start, everyMs));
  }
  return windows;
}

/** Everything that is due in a strategy's life, in order; of one moment the window first. */
export async function momentsOf(
  world: Pick<ReplayWorld, 'startMs' | 'endMs' | 'history'>,
  strategy: Strategy,
): Promise<readonly Moment[]> {
  const watched = strategy.decides ? await watchedWindows(world, strategy.monitor) : [];
  const moments = watched.map((due): Moment => ({ kind: 'window', ...due }));
  if (strategy.cadenceMs !== null) {
    const { startMs, endMs } = world;
    // The first model is of the start itself.
    for (let at = startMs + strategy.cadenceMs; at < endMs; at += strategy.cadenceMs) {
      moments.push({ kind: 'cadence', atMs: at });
    }
  }
  return moments.sort(
    (a, b) => a.atMs - b.atMs || (a.kind === b.kind ? 0 : a.kind === 'window' ? -1 : 1),
  );
}

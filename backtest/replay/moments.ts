import { type MonitorSpec, type TimeWindow, watchesLabels } from '../../contracts/index.js';
import { windowFrom, windowStartMs } from '../../monitoring/drift/index.js';
import type { Strategy } from '../strategies/strategy.js';
import type { ReplayWorld } from './world.js';

/** Something that is due at a moment of the simulated clock. */
export type Moment =
  | { readonly kind: 'window'; readonly atMs: number; readonly window: TimeWindow }
  | { readonly kind: 'cadence'; readonly atMs: number };

/** The windows that lie wholly inside what is replayed, oldest first. */
export function windowsOf({
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

/** How long after its end the policy decides a window: as the monitor's watermark has it. */
export function decisionDelayMs(spec: MonitorSpec): number {
  return spec.window.allowedLatenessMs + (watchesLabels(spec) ? spec.labels.delayMs : 0);
}

/** Everything that is due in a strategy's life, in order; of one moment the window first. */
export function momentsOf(world: ReplayWorld, strategy: Strategy): readonly Moment[] {
  const moments: Moment[] = [];
  if (strategy.decides) {
    const delayMs = decisionDelayMs(strategy.monitor);
    for (const window of windowsOf(world)) {
      moments.push({ kind: 'window', atMs: Date.parse(window.end) + delayMs, window });
    }
  }
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

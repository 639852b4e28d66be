import {
  formatDurationMs,
  formatEventTime,
  type JsonObject,
  MillraceError,
  type PipelinePlan,
  parseEventTimeMs,
} from '../contracts/index.js';
import { windowStartMs } from '../monitoring/drift/index.js';
import { resolveTemplate } from '../pipelines/expressions/index.js';
import { grainMs, type History } from './history/history.js';
import type { Strategy } from './strategies/strategy.js';

const FEWEST_WINDOWS = 2;
/** Of the history, where the pipeline's own parameters do not say what the first model learns from. */
const FIRST_SHARE = 0.25;

/** What is replayed: whole windows on the monitor's grid. */
export interface ReplayedRange {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Where the replay begins and ends. It begins where the data of the first model ends: at `fromMs`
 * where the user says so, else at the `to` that the pipeline's parameters give its ingest step, else
 * after a quarter of the history.
 *
 * @throws MillraceError `InvalidInput` with fewer than two whole windows, or windows shorter than the
 * steps of the data
 */
export function replayedRange(
  history: History,
  everyMs: number,
  first: {
    readonly fromMs: number | null;
    readonly plan: PipelinePlan;
    readonly params: JsonObject;
    readonly steps: readonly string[];
  },
): ReplayedRange {
  const grain = grainMs(history);
  refuseShort(history.source, grain, everyMs, (least) => `give --every ${least} or more`);
  const firstMs = history.timesMs[0] ?? 0;
  const lastMs = history.timesMs.at(-1) ?? 0;
  // The last row stands for the step that begins with it.
  const endMs = windowStartMs(lastMs + grain, everyMs);
  const fits = (startMs: number) =>
    startMs > firstMs && endMs - startMs >= FEWEST_WINDOWS * everyMs;
  const asked = first.fromMs ?? trainedTo(first);
  const startMs = alignedUp(asked ?? firstMs + FIRST_SHARE * (lastMs - firstMs), everyMs);
  if (fits(startMs)) return { startMs, endMs };
  if (first.fromMs !== null && startMs <= firstMs) {
    throw new MillraceError(
      'InvalidInput',
      `nothing is known before ${formatEventTime(startMs)} that a first model could learn from: ${history.source} begins at ${formatEventTime(firstMs)}`,
      'begin later: --from is the end of what the first model learns from',
    );
  }
  const fallback = alignedUp(firstMs + FIRST_SHARE * (lastMs - firstMs), everyMs);
  if (first.fromMs === null && fits(fallback)) return { startMs: fallback, endMs };
  throw new MillraceError(
    'InvalidInput',
    `${history.source} has fewer than ${FEWEST_WINDOWS} whole windows of ${formatDurationMs(everyMs)} after the data of the first model (until ${formatEventTime(startMs)}); it runs from ${formatEventTime(firstMs)} to ${formatEventTime(lastMs)}`,
    'give a longer history, a smaller --every, or another --from',
  );
}

/**
 * @throws MillraceError `InvalidInput` where windows of a strategy's own are shorter than the steps of
 * the data, or leave rows out between them
 */
export function refuseWindows(
  history: Pick<History, 'timesMs' | 'source'>,
  strategies: readonly Pick<Strategy, 'name' | 'monitor' | 'decides'>[],
): void {
  const grain = grainMs(history);
  for (const { name, monitor, decides } of strategies) {
    if (!decides) continue;
    const { everyMs, slideMs = everyMs } = monitor.window;
    const hintOf = (least: string) => `give ${name} a window.every of ${least} or more`;
    refuseShort(history.source, grain, everyMs, hintOf);
    if (slideMs <= everyMs) continue;
    throw new MillraceError(
      'InvalidInput',
      `${name} looks at windows of ${formatDurationMs(everyMs)} that end each ${formatDurationMs(slideMs)}: the rows between them are in none`,
      'give window.slide at most the length of a window, or a longer --every',
    );
  }
}

function refuseShort(
  source: string,
  grain: number,
  everyMs: number,
  hintOf: (least: string) => string,
): void {
  if (everyMs >= grain) return;
  throw new MillraceError(
    'InvalidInput',
    `windows of ${formatDurationMs(everyMs)} are shorter than the ${formatDurationMs(grain)} between rows of ${source}`,
    hintOf(formatDurationMs(grain).replaceAll(' ', '')),
  );
}

function trainedTo({
  plan,
  params,
  steps,
}: {
  readonly plan: PipelinePlan;
  readonly params: JsonObject;
  readonly steps: readonly string[];
}): number | null {
  const template = plan.steps.find(({ id }) => steps.includes(id))?.with['to'];
  if (template === undefined) return null;
  try {
    const to = resolveTemplate(template, { params, steps: {} });
    return typeof to === 'string' ? parseEventTimeMs(to) : null;
  } catch {
    // It depends on what a run alone knows.
    return null;
  }
}

function alignedUp(ms: number, everyMs: number): number {
  const start = windowStartMs(ms, everyMs);
  return start === ms ? start : start + everyMs;
}

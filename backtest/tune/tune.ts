import { stringify } from 'yaml';
import {
  type BacktestTuning,
  formatEventTime,
  MillraceError,
  type MonitorSpec,
  type TuneFigures,
  type TuneTrial,
} from '../../contracts/index.js';
import { comparedWindows } from '../replay/moments.js';
import { type Replay, replay } from '../replay/replay.js';
import type { ReplayWorld } from '../replay/world.js';
import { meanError } from '../results/summarise.js';
import { neverStrategy, policyStrategy } from '../strategies/cadences.js';
import {
  type Settings,
  settingsDocument,
  settingsOf,
  settingsOverlay,
  settingsToTry,
  withSettings,
} from './settings.js';

export interface TuneOptions {
  readonly seed: number;
  /** Settings to try, besides the file's own. */
  readonly trials: number;
  /** Share of the windows that settings are chosen on; the rest only judges the choice. */
  readonly trainShare: number;
  /** No trial begins after this time. */
  readonly maxSeconds: number;
  /** What a retrain each window would be worth, as a share of the error of `never`. */
  readonly retrainWeight: number;
}

const FEWEST_IN_A_PART = 2;

/**
 * Searches thresholds and guards for the best trade-off of error and retrains on the first part of
 * time, and tells what the choice was worth on the rest, which had no part in it.
 *
 * @throws MillraceError `InvalidInput` where the history is too short to be split
 */
export async function tune(
  world: ReplayWorld,
  monitor: MonitorSpec,
  metric: string,
  options: TuneOptions,
  { onProgress }: { readonly onProgress: (progress: TuneProgress) => void },
): Promise<BacktestTuning> {
  const { trainWindows, testWindows } = splitOf(world, options);
  const splitMs = world.startMs + trainWindows * world.everyMs;
  const trainWorld: ReplayWorld = { ...world, endMs: splitMs };
  const silent = (): void => undefined;
  const never = await replay(world, neverStrategy(monitor), metric, silent);
  const parts = partsOf(splitMs, world, never, options);

  const deadlineMs = performance.now() + options.maxSeconds * 1_000;
  const present = settingsOf(monitor);
  const candidates = [present, ...settingsToTry(monitor, options.seed)].slice(
    0,
    options.trials + 1,
  );
  const trials: (TuneTrial & { readonly chosen: Settings })[] = [];
  for (const chosen of candidates) {
    // The file's own settings are always judged.
    if (trials.length > 0 && performance.now() > deadlineMs) break;
    const strategy = policyStrategy('policy', withSettings(monitor, chosen));
    const lived = await replay(trainWorld, strategy, metric, silent);
    trials.push({ chosen, settings: settingsDocument(chosen), train: parts.train(lived) });
    const { made, found } = world.results.counts;
    const done = { done: trials.length, of: candidates.length };
    onProgress({ strategy: 'tune', ...done, trained: made, reused: found });
  }
  // Of equals the one that was tried first: the file's own before any other.
  const [best = { chosen: present }] = trials.toSorted(
    (a, b) => (a.train.objective ?? Infinity) - (b.train.objective ?? Infinity),
  );
  const judged = async (settings: Settings) => {
    const strategy = policyStrategy('policy', withSettings(monitor, settings));
    const lived = await replay(world, strategy, metric, silent);
    return { train: parts.train(lived), test: parts.test(lived) };
  };
  return {
    seed: options.seed,
    split: formatEventTime(splitMs),
    trainWindows,
    testWindows,
    retrainWeight: options.retrainWeight,
    stoppedEarly: trials.length < candidates.length,
    trials: trials.map(({ settings, train }) => ({ settings, train })),
    best: { settings: settingsDocument(best.chosen), ...(await judged(best.chosen)) },
    present: await judged(present),
    overlay: stringify(settingsOverlay(best.chosen)),
  };
}

/**
 * How many of the compared windows settings are chosen on, and how many judge the choice.
 *
 * @throws MillraceError `InvalidInput` where either would be fewer than two
 */
export function splitOf(
  range: Pick<ReplayWorld, 'startMs' | 'endMs' | 'everyMs'>,
  { trainShare }: Pick<TuneOptions, 'trainShare'>,
): { readonly trainWindows: number; readonly testWindows: number } {
  const windows = comparedWindows(range).length;
  const trainWindows = Math.floor(windows * trainShare);
  const testWindows = windows - trainWindows;
  if (trainWindows >= FEWEST_IN_A_PART && testWindows >= FEWEST_IN_A_PART) {
    return { trainWindows, testWindows };
  }
  throw new MillraceError(
    'InvalidInput',
    `--tune splits ${windows} windows into ${trainWindows} to search on and ${testWindows} to judge by; each part needs ${FEWEST_IN_A_PART}`,
    'give a longer history, a smaller --every, or another --train-share',
  );
}

interface TuneProgress {
  readonly strategy: string;
  readonly done: number;
  readonly of: number;
  readonly trained: number;
  readonly reused: number;
}

/** Figures of either part of a life, beside those of `never` in the same part. */
function partsOf(
  splitMs: number,
  { everyMs }: ReplayWorld,
  never: Replay,
  { retrainWeight }: TuneOptions,
): {
  readonly train: (lived: Replay) => TuneFigures;
  readonly test: (lived: Replay) => TuneFigures;
} {
  const figures = (lived: Replay, isInside: (ms: number) => boolean): TuneFigures => {
    const inside = ({ windows }: Replay) =>
      windows.filter(({ window }) => isInside(Date.parse(window.end) - everyMs));
    const [own, base] = [meanError(inside(lived)), meanError(inside(never))];
    const retrains = lived.events.filter(
      ({ kind, at }) => kind === 'retrain' && isInside(Date.parse(at) - 1),
    ).length;
    const each = retrains / Math.max(1, inside(lived).length);
    return {
      meanError: own,
      retrains,
      objective:
        own === null || base === null || base === 0 ? null : own / base + retrainWeight * each,
    };
  };
  return {
    train: (lived) => figures(lived, (ms) => ms < splitMs),
    test: (lived) => figures(lived, (ms) => ms >= splitMs),
  };
}

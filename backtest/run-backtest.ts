import {
  type BacktestDocument,
  checkParams,
  formatEventTime,
  type JsonObject,
  MillraceError,
  type MonitorSpec,
} from '../contracts/index.js';
import { METRICS } from '../monitoring/drift/performance/metrics/index.js';
import { findColumn } from '../monitoring/measuring/table-columns.js';
import { type History, readHistory } from './history/history.js';
import { type WorldOptions, withWorld } from './open-world.js';
import { type Replay, replay } from './replay/replay.js';
import type { ReplayedPipeline, ReplayWorld } from './replay/world.js';
import { refuseWindows, replayedRange } from './replayed-range.js';
import { cheapestOf, summarise } from './results/summarise.js';
import { oracleStrategy } from './strategies/cadences.js';
import { withLength } from './strategies/choose-strategies.js';
import type { Strategy } from './strategies/strategy.js';
import { historySteps } from './training/history-source.js';
import { splitOf, type TuneOptions, tune } from './tune/tune.js';

export interface BacktestRequest extends WorldOptions {
  readonly pipeline: ReplayedPipeline;
  /** Absolute path of the history, and its name as the user gave it. */
  readonly data: { readonly path: string; readonly source: string };
  readonly everyMs: number;
  /** First moment that is replayed; `null`: where the first model's data ends. */
  readonly fromMs: number | null;
  /** By which strategies, besides the oracle. */
  readonly strategies: (monitor: MonitorSpec) => readonly Strategy[];
  readonly pricePerSecond: number;
  /** Ascending. */
  readonly driftsMs: readonly number[];
  readonly tune: TuneOptions | null;
  readonly onProgress: (progress: BacktestProgress) => void;
}

/** How far a strategy has come. */
export interface BacktestProgress {
  readonly strategy: string;
  readonly done: number;
  readonly of: number;
  /** Trainings that were made, and that were found again, in all. */
  readonly trained: number;
  readonly reused: number;
}

/**
 * Replays a history under several strategies, side by side. The same inputs and seed give the same
 * document but for `run`, and for the seconds of trainings that are made anew.
 *
 * @throws MillraceError `InvalidInput` where history, pipeline and windows do not fit together; the
 * signal's reason when it was aborted
 */
export async function runBacktest(request: BacktestRequest): Promise<BacktestDocument> {
  const startedMs = performance.now();
  const { pipeline, data, everyMs, signal } = request;
  const monitor = withLength(pipeline.plan.monitor, everyMs);
  const metric = metricOf(monitor);
  const params = paramsOf(pipeline);
  const history = await readHistory(data.path, data.source, monitor.timeColumn, signal);
  const steps = historySteps(pipeline.plan, history, pipeline.baseDirectory);
  refuseMissingTarget(pipeline, history);
  const range = replayedRange(history, everyMs, {
    fromMs: request.fromMs,
    plan: pipeline.plan,
    params,
    steps,
  });
  if (request.tune !== null) splitOf({ ...range, everyMs }, request.tune);
  const chosen = request.strategies(monitor);
  refuseWindows(history, chosen);
  return withWorld(history, request, async (opened) => {
    const world: ReplayWorld = {
      ...opened,
      ...range,
      everyMs,
      history,
      historySteps: steps,
      pipeline: { ...pipeline, params, plan: { ...pipeline.plan, monitor } },
    };
    const strategies = [...chosen, oracleStrategy(everyMs, monitor)];
    const replays = await replayAll(world, strategies, metric, request);
    const oracle = replays.find((item) => item.strategy.kind === 'oracle') ?? null;
    const { pricePerSecond, driftsMs } = request;
    const summaries = replays.map((item) =>
      summarise(item, oracle, { pricePerSecond, driftsMs, everyMs }),
    );
    const tuning =
      request.tune === null ? null : await tune(world, monitor, metric, request.tune, request);
    const { made, found } = world.results.counts;
    const [first, last] = [summaries[0]?.windows[0], summaries[0]?.windows.at(-1)];
    return {
      format: 'millrace-backtest/1',
      pipeline: pipeline.plan.name,
      model: pipeline.plan.model,
      data: {
        source: data.source,
        rows: history.table.rows,
        from: formatEventTime(history.timesMs[0] ?? 0),
        to: formatEventTime(history.timesMs.at(-1) ?? 0),
      },
      windows: {
        everyMs,
        count: summaries[0]?.windows.length ?? 0,
        from: first?.window.start ?? formatEventTime(range.startMs),
        to: last?.window.end ?? formatEventTime(range.endMs),
      },
      metric: { name: metric, error: errorName(metric) },
      price: { perTrainingSecond: pricePerSecond },
      knownDrifts: driftsMs.map(formatEventTime),
      strategies: summaries,
      cheapest: cheapestOf(summaries),
      tuning,
      run: {
        seconds: Number(((performance.now() - startedMs) / 1_000).toFixed(1)),
        trained: made,
        reused: found,
      },
    };
  });
}

/** All strategies at once: they wait for one another's trainings rather than repeat them. */
async function replayAll(
  world: ReplayWorld,
  strategies: readonly Strategy[],
  metric: string,
  { onProgress }: Pick<BacktestRequest, 'onProgress'>,
): Promise<readonly Replay[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([world.signal, stop.signal]);
  const lives = strategies.map(async (strategy) => {
    try {
      return await replay({ ...world, signal }, strategy, metric, (done, of) => {
        const { made, found } = world.results.counts;
        onProgress({ strategy: strategy.name, done, of, trained: made, reused: found });
      });
    } catch (error) {
      // The others would go on for minutes to no end.
      stop.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(lives);
  return Promise.all(lives).catch((error: unknown) => {
    throw stop.signal.aborted ? stop.signal.reason : error;
  });
}

function metricOf({ performance, estimate }: MonitorSpec): string {
  const metric = performance?.metric ?? estimate?.metric;
  if (metric !== undefined) return metric;
  throw new MillraceError(
    'InvalidInput',
    'monitor.performance names no metric, so there is no error to compare strategies by',
    'add performance: { metric: mae } to the monitor block',
  );
}

function errorName(metric: string): string {
  const isHigher = METRICS.find(({ name }) => name === metric)?.higherIsBetter === true;
  return isHigher ? `1 − ${metric}` : metric;
}

function paramsOf({ plan, params }: ReplayedPipeline): JsonObject {
  const checked = checkParams(plan.params, params);
  if (checked.ok) return checked.params;
  throw new MillraceError(
    'InvalidInput',
    checked.problems.map(({ message }) => message).join('; '),
    'give it as --param name=value',
  );
}

/** Said before anything is trained, where the pipeline names its target plainly. */
function refuseMissingTarget({ plan }: ReplayedPipeline, history: History): void {
  for (const { id, kind, with: given } of plan.steps) {
    const target = given['target'];
    if ((kind !== 'train' && kind !== 'evaluate') || typeof target !== 'string') continue;
    if (findColumn(history.table, target) !== undefined) continue;
    throw new MillraceError(
      'InvalidInput',
      `${history.source} has no column ${target}, which step ${id} predicts`,
      `its columns are: ${history.table.columns.map(({ name }) => name).join(', ')}`,
    );
  }
}

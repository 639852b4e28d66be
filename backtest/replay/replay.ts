import {
  type BacktestEvent,
  formatEventTime,
  isMillraceError,
  MillraceError,
  type RecentWindow,
  type TimeWindow,
  type Verdict,
} from '../../contracts/index.js';
import { measureWindow } from '../../monitoring/measuring/measure-window.js';
import {
  countsArrivals,
  diagnose,
  recentWindow,
  requestsAfter,
  standingOf,
} from '../../monitoring/policy/index.js';
import { missingInputs } from '../history/missing-inputs.js';
import type { Strategy } from '../strategies/strategy.js';
import { SimulatedClock } from './clock.js';
import { comparedWindows, momentsOf } from './moments.js';
import { SimulatedModel } from './simulated-model.js';
import { type WindowError, windowError } from './window-error.js';
import type { ReplayWorld } from './world.js';

/** Decisions that a verdict may look back on, as the monitor keeps them. */
const RECENT_WINDOWS_KEPT = 50;

/** One of the windows that strategies are compared over. */
export interface ReplayedWindow extends WindowError {
  readonly window: TimeWindow;
}

/** A window of the strategy's own monitor that was decided. */
export interface ReplayedDecision {
  readonly window: TimeWindow;
  /** Event time of the decision, RFC 3339. */
  readonly decidedAt: string;
  readonly verdict: Verdict;
}

/** A strategy's life over the history. */
export interface Replay {
  readonly strategy: Strategy;
  readonly windows: readonly ReplayedWindow[];
  /** Oldest first; none where the strategy decides nothing. */
  readonly decisions: readonly ReplayedDecision[];
  readonly events: readonly BacktestEvent[];
  readonly trainingSeconds: number;
}

/**
 * Lives through the history under one strategy: windows are measured and decided by the code of the
 * monitor when they would have been, and what follows is carried out by that of the model's workflow.
 *
 * @param onMoment - told after each thing that was due
 * @throws MillraceError `InvalidInput` where the first model cannot be trained or is not deployed
 */
export async function replay(
  world: ReplayWorld,
  strategy: Strategy,
  metric: string,
  onMoment: (done: number, of: number) => void,
): Promise<Replay> {
  const clock = new SimulatedClock(world.startMs);
  const model = new SimulatedModel(world, strategy, clock);
  const first = await model.trainFirst();
  if (model.state.champion === null) {
    const why = first.detail === '' ? 'it has no deploy step that is reached' : first.detail;
    throw new MillraceError(
      'InvalidInput',
      `no first model was deployed on what was known at ${formatEventTime(world.startMs)}: ${why}`,
      'begin later (--from), or give the first run other parameters (--param)',
    );
  }
  const { inputs } = model.registry.version(1).content.signature;
  const lacking = missingInputs(inputs, world.history);
  if (lacking !== null) throw lacking;
  const decisions: ReplayedDecision[] = [];
  let recent: readonly RecentWindow[] = [];
  const moments = await momentsOf(world, strategy);
  for (const [index, moment] of moments.entries()) {
    world.signal.throwIfAborted();
    clock.ms = moment.atMs;
    await model.timePassed();
    if (moment.kind === 'cadence') await model.ask(cadenceRequest(strategy, clock.now()));
    else {
      const { window } = moment;
      const decided = await decideOrAlert(world, model, strategy, window, recent);
      if (decided !== null) {
        const { verdict, remembered } = decided;
        decisions.push({ window, decidedAt: clock.now(), verdict });
        if (remembered !== null) recent = [...recent, remembered].slice(-RECENT_WINDOWS_KEPT);
      }
    }
    onMoment(index + 1, moments.length);
  }
  const windows: ReplayedWindow[] = [];
  for (const window of comparedWindows(world)) {
    const stores = {
      history: world.history,
      answers: world.answers,
      timeline: model.timeline,
      version: (number: number) => model.registry.version(number),
    };
    windows.push({ window, ...(await windowError(stores, window, metric)) });
  }
  const { events, trainingSeconds } = model;
  return { strategy, windows, decisions, events, trainingSeconds };
}

interface Decided {
  readonly verdict: Verdict;
  /** `null`: no later window looks back on it. */
  readonly remembered: RecentWindow | null;
}

/** A window that cannot be measured is decided as the monitor does: someone has to look. */
async function decideOrAlert(...given: Parameters<typeof decide>): Promise<Decided | null> {
  try {
    return await decide(...given);
  } catch (error) {
    const [world] = given;
    world.signal.throwIfAborted();
    // What the history holds is told; what this machine lacks ends the replay.
    if (!isMillraceError(error) || error.type !== 'InvalidInput') throw error;
    const reason = `the window could not be measured: ${error.message}`;
    const breaches = { seen: 1, needed: 1, of: 1 };
    return {
      verdict: { kind: 'unknown', rule: 6, action: 'alert', breaches, reason },
      remembered: null,
    };
  }
}

/** Measures a closed window, decides, and asks, as the monitor does. */
async function decide(
  world: ReplayWorld,
  model: SimulatedModel,
  strategy: Strategy,
  window: TimeWindow,
  recent: readonly RecentWindow[],
): Promise<Decided | null> {
  const { champion, earlier } = model.state;
  if (champion === null) return null;
  const measurements = await measureWindow(model.deps, {
    model: world.pipeline.plan.model,
    window,
    spec: strategy.monitor,
    champion,
    previous: earlier[0] ?? null,
    signal: world.signal,
  });
  for (const measurement of measurements) await model.deps.registry.recordMeasurement(measurement);
  const measurement = measurements.find(({ version }) => version === champion.version);
  if (measurement === undefined) return null;
  const verdict = diagnose(measurement, recent, strategy.monitor);
  const version = model.registry.version(champion.version);
  const measured = await model.deps.registry.measurements(world.pipeline.plan.model);
  const requests = requestsAfter(verdict, measurement, {
    spec: strategy.monitor,
    origin: { runId: version.runId, planHash: version.planHash },
    ...(countsArrivals(strategy.monitor) && {
      standing: standingOf(version.asOf, measured, strategy.monitor),
    }),
    repairs: [],
  });
  for (const request of requests) await model.ask(request);
  return { verdict, remembered: recentWindow(measurement.version, verdict) };
}

function cadenceRequest({ name }: Strategy, asOf: string) {
  return {
    kind: 'retrain',
    trigger: 'schedule',
    requestId: `${name}/${asOf}`,
    asOf,
    actor: `schedule:${name}`,
    reason: `${name}: its time has come`,
    evidence: {},
    window: null,
    plan: null,
    answerTo: null,
  } as const;
}

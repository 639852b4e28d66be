import {
  formatEventTime,
  type LedgerEntry,
  type MonitorDecision,
  parseEventTimeMs,
  type WindowMeasurement,
} from '../contracts/index.js';
import { runPipelineFile } from './pipeline-run.js';
import { awaitDecision, awaitResponse } from './response.js';
import type { Screen } from './screen.js';
import type { Stage } from './stage.js';
import { Traffic } from './traffic.js';
import { eventually } from './waiting.js';
import { weekLine, weekTitles } from './week-line.js';
import { type Hour, WEEK_MS, weekFrom } from './weeks.js';

export const MODEL = 'bike-demand';

/** Version 1 learns from winter and the first days of spring. */
const LEARN_FROM = '2011-01-01';
const SERVE_FROM = '2011-04-04';
/** Weeks of traffic before the bad version is put in: enough to know how far inputs usually move. */
const WEEKS_BEFORE_SABOTAGE = 14;
/** The bad version must be found out within these. */
const WEEKS_AFTER_SABOTAGE = 6;
/** Weeks served after the rollback, to show that the error is back to what it was. */
const WEEKS_AFTER_ROLLBACK = 2;
const CORRUPTED_SHARE = 0.7;
/** As far back as the monitor's own retraining looks. */
const HISTORY_MS = 4_320 * 3_600_000;

/** One week of traffic: what was measured, what was decided, what came of it. */
export interface WeekResult {
  readonly start: string;
  readonly end: string;
  readonly predictions: number;
  readonly measurement: WindowMeasurement | null;
  readonly decision: MonitorDecision;
  readonly response: LedgerEntry | null;
}

export interface Story {
  readonly weeks: readonly WeekResult[];
  readonly badVersion: number;
  /** Asked of the gateway itself after the rollback. */
  readonly rollback: { readonly expected: number; readonly servedByGateway: number };
}

/** Plays the whole story; every number in it is measured. */
export async function playStory(
  stage: Stage,
  hours: readonly Hour[],
  screen: Screen,
): Promise<Story> {
  const traffic = new Traffic(stage.gateway, MODEL);
  const weeks: WeekResult[] = [];
  let weekStartMs = parseEventTimeMs(SERVE_FROM) ?? 0;

  const playWeek = async (): Promise<WeekResult> => {
    const result = await oneWeek(stage, traffic, hours, weekStartMs, screen);
    weekStartMs += WEEK_MS;
    weeks.push(result);
    screen.say(weekLine(result, screen.style));
    return result;
  };

  screen.heading(`1 · The pipeline runs on ${LEARN_FROM} to ${SERVE_FROM}`);
  const first = await runPipelineFile(
    stage,
    { params: { from: LEARN_FROM, to: SERVE_FROM }, asOf: SERVE_FROM, reason: 'the first version' },
    (step) => screen.now(`run: ${step} …`),
  );
  await awaitServed(traffic, first, screen);

  screen.heading('2 · The weeks that follow arrive as live traffic; the monitor decides on each');
  screen.say(weekTitles(screen.style));
  for (let week = 0; week < WEEKS_BEFORE_SABOTAGE; week += 1) await playWeek();

  screen.heading(
    '3 · A bad version is put in: its labels were corrupted on the way, its gate overridden',
  );
  const before = await traffic.servedVersion();
  const asOf = formatEventTime(weekStartMs);
  const badVersion = await runPipelineFile(
    stage,
    {
      params: {
        from: formatEventTime(weekStartMs - HISTORY_MS),
        to: asOf,
        corruptLabels: CORRUPTED_SHARE,
      },
      asOf,
      reason: `${CORRUPTED_SHARE * 100} % of its training labels corrupted`,
      gateOverrides: { evaluate: 'the demo puts a bad version in on purpose' },
    },
    (step) => screen.now(`run: ${step} …`),
  );
  await awaitServed(traffic, badVersion, screen);

  const rolledBack = await untilRolledBack(playWeek);
  screen.heading('4 · The earlier version serves again');
  const expected = rolledBack.response?.to ?? before;
  const servedByGateway = await awaitServed(traffic, expected, screen);
  for (let week = 0; week < WEEKS_AFTER_ROLLBACK; week += 1) await playWeek();
  return { weeks, badVersion, rollback: { expected, servedByGateway } };
}

async function untilRolledBack(playWeek: () => Promise<WeekResult>): Promise<WeekResult> {
  for (let week = 0; week < WEEKS_AFTER_SABOTAGE; week += 1) {
    const result = await playWeek();
    if (result.response?.action === 'rolled-back') return result;
  }
  throw new Error(`the bad version still serves after ${WEEKS_AFTER_SABOTAGE} weeks`);
}

/** Sends a week and, to close it, the first hours of the next; returns once the monitor has decided. */
async function oneWeek(
  stage: Stage,
  traffic: Traffic,
  hours: readonly Hour[],
  startMs: number,
  screen: Screen,
): Promise<WeekResult> {
  const window = weekFrom(startMs);
  const endMs = startMs + WEEK_MS;
  const within = hours.filter(({ timeMs }) => timeMs >= startMs + CLOSING_MS && timeMs < endMs);
  // The very first week has no week before it that would have sent its first hours.
  const opening = traffic.sent === 0 ? between(hours, startMs, startMs + CLOSING_MS) : [];
  const week = [...opening, ...within];
  await traffic.send(week, (sent) =>
    screen.now(`week of ${window.start.slice(0, 10)}: ${sent} of ${week.length} predictions`),
  );
  await traffic.sendRemainingLabels();
  await traffic.send(between(hours, endMs, endMs + CLOSING_MS), () => undefined);

  screen.now(`week of ${window.start.slice(0, 10)}: the monitor measures`);
  const decision = await awaitDecision(stage, MODEL, window);
  const response = await awaitResponse(stage, decision, (step) =>
    screen.now(`${decision.signalled}: ${step} …`),
  );
  const measurement = (await stage.registry.measurements(MODEL)).find(
    (item) => item.window.end === window.end && item.version === decision.version,
  );
  const { start, end } = window;
  return {
    start,
    end,
    predictions: week.length,
    measurement: measurement ?? null,
    decision,
    response,
  };
}

/** Hours of the next week that show the monitor that this one is over: past the labels' delay. */
const CLOSING_MS = 2 * 3_600_000;

function between(hours: readonly Hour[], fromMs: number, toMs: number): readonly Hour[] {
  return hours.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
}

/** Asks the gateway itself until it answers with this version. */
async function awaitServed(traffic: Traffic, version: number, screen: Screen): Promise<number> {
  const served = await eventually(`version ${version} to be served`, async () =>
    (await traffic.servedVersion()) === version ? version : null,
  );
  screen.say(`  the gateway, asked: it serves version ${served}`);
  return served;
}

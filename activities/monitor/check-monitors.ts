import type { Client } from '@temporalio/client';
import {
  type Alert,
  isOverdue,
  type MonitorLook,
  monitorWorkflowId,
  OVERDUE_INTERVALS,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalWatchModel } from '../model-client.js';
import { startAlert } from '../notify/raise-alert.js';

/** A monitor that should have looked and did not. */
export interface Outage {
  readonly model: string;
  /** Wall clock of its last look; `null`: it never looked. */
  readonly lastLook: string | null;
}

export interface CheckMonitorsRequest {
  /** Monitors that were missing at the last check. */
  readonly missing: readonly Outage[];
  /** Wall clock of the last check; `null`: this is the first. */
  readonly lastCheck: string | null;
}

export interface MonitorsChecked {
  readonly missing: readonly Outage[];
  readonly at: string;
}

/** Time that a monitor is given after it was asked to start. */
const GRACE_MS = 60_000;
/** A check that comes this late was not there itself: monitors are given time before they are missed. */
const LATE_CHECK_MS = 5 * 60_000;
/** Monitors that are missed at once, so that what the guard remembers stays small. */
const MOST_MISSING = 1_000;
/** Workflows that one check asks for; it is quick, and the next one comes in a minute. */
const MOST_ASKED = 200;

/**
 * Looks whether every monitor of a model that is served looks. One that does not is started again
 * where its workflow is gone, and an alert is raised: once an outage, since its key is that of the
 * last look. When it looks again, the alert is resolved.
 */
export function checkMonitors(deps: ActivityDeps) {
  return async ({ missing, lastCheck }: CheckMonitorsRequest): Promise<MonitorsChecked> => {
    const nowMs = Date.now();
    const at = new Date(nowMs).toISOString();
    const looks = new Map((await deps.registry.monitorLooks()).map((look) => [look.model, look]));
    const back = missing.filter(({ model, lastLook }) => {
      const look = looks.get(model);
      return look !== undefined && look.lookedAt !== lastLook && !isOverdue(look, nowMs);
    });
    for (const outage of back) await startAlert(deps, alertOf(outage, 'resolved', at));
    const known = missing.filter((outage) => !back.includes(outage));
    if (lastCheck !== null && nowMs - Date.parse(lastCheck) > LATE_CHECK_MS) {
      return { missing: known, at };
    }
    const found: Outage[] = [];
    const overdue = await overdueModels(deps, looks, nowMs);
    const unknown = overdue.filter((model) => !known.some((outage) => outage.model === model));
    for (const model of unknown.slice(0, Math.min(MOST_ASKED, MOST_MISSING - known.length))) {
      const state = await stateOf(deps.temporal, model, nowMs);
      if (state === 'busy') continue;
      if (state === 'gone') await signalWatchModel(deps.temporal, model);
      const outage = { model, lastLook: looks.get(model)?.lookedAt ?? null };
      await startAlert(deps, alertOf(outage, 'firing', at, state));
      found.push(outage);
    }
    return { missing: [...known, ...found], at };
  };
}

/** Models that are served with a monitor which should have looked long since. */
async function overdueModels(
  { registry }: Pick<ActivityDeps, 'registry'>,
  looks: ReadonlyMap<string, MonitorLook>,
  nowMs: number,
): Promise<readonly string[]> {
  const overdue: string[] = [];
  for (const { model, version, at } of await registry.champions()) {
    const look = looks.get(model);
    if (look !== undefined && !isOverdue(look, nowMs)) continue;
    if (look === undefined && nowMs - Date.parse(at) < OVERDUE_INTERVALS * GRACE_MS) continue;
    const record = await registry.version(model, version);
    if (record !== null && record.monitor !== null) overdue.push(model);
  }
  return overdue;
}

type MonitorState = 'gone' | 'busy' | 'stuck';

/** A measurement says that work goes on at least this often. */
const BEAT_MS = 60_000;
/** So long a window may wait for a worker that has others to measure first. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** `busy`: it measures a window, or waits its turn to. */
async function stateOf(client: Client, model: string, nowMs: number): Promise<MonitorState> {
  const description = await client.workflow
    .getHandle(monitorWorkflowId(model))
    .describe()
    .catch(() => null);
  if (description?.status.name !== 'RUNNING') return 'gone';
  const isWithin = (time: TimestampLike | null | undefined, limitMs: number): boolean =>
    time != null && nowMs - Number(time.seconds ?? 0) * 1_000 < limitMs;
  const works = description.raw.pendingActivities?.some(
    ({ activityType, lastHeartbeatTime, scheduledTime, attempt }) =>
      MEASURING.some((name) => name === activityType?.name) &&
      (isWithin(lastHeartbeatTime, BEAT_MS) ||
        ((attempt ?? 1) <= 1 && isWithin(scheduledTime, LONGEST_WAIT_MS))),
  );
  return works === true ? 'busy' : 'stuck';
}

const MEASURING = ['measureWindow', 'correctWindow'];

interface TimestampLike {
  readonly seconds?: { toString(): string } | null;
}

function alertOf(
  { model, lastLook }: Outage,
  status: 'firing' | 'resolved',
  at: string,
  state: MonitorState = 'stuck',
): Alert {
  const since = lastLook === null ? 'it has never looked' : `it last looked at ${lastLook}`;
  const what =
    state === 'gone'
      ? 'Its workflow was gone and has been started again.'
      : 'Its workflow runs but gets nothing done: see the log of the worker, and whether there is one for each queue.';
  return {
    key: `monitor/${model}/${lastLook ?? 'never'}/${status}`,
    model,
    severity: 'critical',
    group: `monitor/${model}`,
    status,
    title:
      status === 'firing'
        ? `The monitor of ${model} does not look`
        : `The monitor of ${model} looks again`,
    text:
      status === 'firing'
        ? `Nobody watches ${model}: ${since}. ${what}`
        : `${model} is watched again. Windows that closed meanwhile are decided now, none is skipped.`,
    facts: { 'last look': lastLook ?? 'never' },
    channels: [],
    at,
  };
}

import { condition, continueAsNew, log, setHandler, workflowInfo } from '@temporalio/workflow';
import { type Alert, complaintOfAlert } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { AlertLine, type AlertLineState } from './alert-line.js';
import { raiseSignal } from './messages.js';

export interface DeliverAlertInput {
  readonly group: string;
  /** Carried through continue-as-new. */
  readonly state?: DeliverAlertState;
}

export interface DeliverAlertState {
  /** Keys that were told, newest last. */
  readonly seen: readonly string[];
  readonly lines: readonly AlertLineState[];
  readonly arrived: readonly Alert[];
}

const KEYS_KEPT = 1_000;
/** An incident that was closed and never told of as over is found out by this. */
const LOOK_EVERY_MS = 3_600_000;

/**
 * Tells the alerts of one group to their channels: gathers what comes together, repeats what goes
 * on, and says when it is over to whoever knew. It ends when there is nothing left to tell.
 */
export async function deliverAlert({ group, state }: DeliverAlertInput): Promise<void> {
  const arrived: Alert[] = [...(state?.arrived ?? [])];
  setHandler(raiseSignal, (alert) => {
    const complaint = complaintOfAlert(alert);
    if (complaint === null) arrived.push(alert);
    else log.warn('malformed alert dropped', { group, complaint });
  });
  const seen = new Set(state?.seen);
  const lines = new Map(
    (state?.lines ?? []).map((line) => [line.channel, new AlertLine(line)] as const),
  );
  let ended = false;
  let lookAtMs = Date.now() + LOOK_EVERY_MS;

  for (;;) {
    for (let alert = arrived.shift(); alert !== undefined; alert = arrived.shift()) {
      if (seen.has(alert.key)) continue;
      seen.add(alert.key);
      await handOut(alert, lines);
    }
    lookAtMs = await tellAgain(lines, arrived, lookAtMs);
    for (const line of lines.values()) {
      const end = (): void => {
        ended = true;
      };
      void line.sendDue(Date.now())?.then(end, end);
    }
    if (arrived.length > 0) continue;
    const isBusy = [...lines.values()].some((line) => line.isBusy);
    if (!isBusy && workflowInfo().continueAsNewSuggested) {
      const carried = [...lines.values()].map((line) => line.state);
      await continueAsNew<typeof deliverAlert>({
        group,
        state: { seen: [...seen].slice(-KEYS_KEPT), lines: carried, arrived },
      });
    }
    const next = nextTime(lines, lookAtMs);
    if (!isBusy && next === null) return;
    const wake = (): boolean => arrived.length > 0 || ended;
    if (next === null) await condition(wake);
    else await condition(wake, Math.max(1, next - Date.now()));
    ended = false;
  }
}

async function handOut(alert: Alert, lines: Map<string, AlertLine>): Promise<void> {
  const routes = await controlActivities.routeAlert({ alert });
  const now = Date.now();
  for (const route of routes) {
    const line = lines.get(route.channel) ?? AlertLine.to(route);
    lines.set(route.channel, line);
    if (alert.status === 'resolved') line.wasTold();
    line.add(alert, now);
  }
  if (alert.status !== 'resolved') return;
  // Whoever is still to be told that it began is told the end after that.
  const others = [...lines].filter(([name]) => !routes.some(({ channel }) => channel === name));
  for (const [, line] of others) line.add(alert, now);
}

/** Repeats what is due, unless it is over by now. */
async function tellAgain(
  lines: ReadonlyMap<string, AlertLine>,
  arrived: Alert[],
  lookAtMs: number,
): Promise<number> {
  const now = Date.now();
  const due = [...lines.values()].filter((line) => line.dueAgain(now) !== null);
  const looks = lookAtMs <= now;
  const open = openAlert(lines);
  if (due.length === 0 && !(looks && open !== null)) return looks ? now + LOOK_EVERY_MS : lookAtMs;
  const asked = due[0]?.dueAgain(now) ?? open;
  const end = asked === null ? null : await controlActivities.endOfAlert({ alert: asked });
  if (end !== null) arrived.push(end);
  else for (const line of due) line.repeat(now);
  return now + LOOK_EVERY_MS;
}

/** An alert whose incident may be open, of any line. */
function openAlert(lines: ReadonlyMap<string, AlertLine>): Alert | null {
  const alerts = [...lines.values()].map((line) => line.state.firing);
  return alerts.find((alert) => alert?.incident !== undefined) ?? null;
}

function nextTime(lines: ReadonlyMap<string, AlertLine>, lookAtMs: number): number | null {
  const times = [...lines.values()].flatMap((line) => line.nextMs() ?? []);
  if (openAlert(lines) !== null) times.push(lookAtMs);
  return times.length === 0 ? null : Math.min(...times);
}

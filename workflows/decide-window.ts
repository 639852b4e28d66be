import { getExternalWorkflowHandle, isCancellation, log } from '@temporalio/workflow';
import type { DecidedSilence } from '../activities/monitor/stream-silence.js';
import {
  type MonitorDecision,
  modelWorkflowId,
  type RecentWindow,
  type ResponseRequest,
  type TimeWindow,
} from '../contracts/index.js';
import {
  diagnose,
  recentWindow,
  requestsAfter,
  responseTo,
  signalledBy,
  verdictOnSilence,
} from '../monitoring/policy/index.js';
import { controlActivities, measureActivities, watchActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import { queueOrLog } from './queue-review.js';

/** What became of a window. */
export interface WindowOutcome {
  /** To be remembered for the windows that follow; `null` where there was nothing to decide. */
  readonly recent: RecentWindow | null;
  /** What went wrong; `null`: nothing. */
  readonly problem: string | null;
}

/** A window that cannot be measured is decided as unknown: someone has to look, and the monitor goes on. */
export async function decideOrAlert(
  model: string,
  champion: number,
  window: TimeWindow,
  recent: readonly RecentWindow[],
): Promise<WindowOutcome> {
  try {
    return { recent: await decide(model, window, recent), problem: null };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const reason = `the window could not be measured: ${causeOf(error).message}`;
    const breaches = { seen: 1, needed: 1, of: 1 };
    await keep({
      model,
      version: champion,
      window,
      verdict: { kind: 'unknown', rule: 6, action: 'alert', breaches, reason },
      signalled: null,
    });
    return { recent: null, problem: `${window.start} to ${window.end}: ${reason}` };
  }
}

/** Measures a closed window, decides, signals and records, in this order: a repeat of any is harmless. */
async function decide(
  model: string,
  window: TimeWindow,
  recent: readonly RecentWindow[],
): Promise<RecentWindow | null> {
  const measured = await measureActivities.measureWindow({ model, window });
  if (measured === null) return null;
  const { measurement, measurementSha256, monitor: spec, origin, standing, repairs } = measured;
  const { policyVersion } = measured;
  const verdict = diagnose(measurement, recent, spec);
  const requests = requestsAfter(verdict, measurement, {
    spec,
    origin,
    repairs,
    ...(standing !== undefined && { standing }),
  });
  for (const request of requests) await signal(model, request);
  await keep({
    model,
    version: measurement.version,
    window,
    verdict,
    signalled: signalledBy(requests),
    basis: {
      recent,
      measurementSha256,
      measurement,
      policyVersion,
      ...(standing !== undefined && { standing }),
    },
  });
  if (spec.review !== undefined) await queueOrLog({ model, window });
  return recentWindow(measurement.version, verdict);
}

/** Rows were due and none came: decided once a silence, by the same policy and with the same effects. */
export async function decideSilence(model: string, silence: DecidedSilence): Promise<void> {
  const { measurement, monitor, origin, window, since, reason } = silence;
  const verdict = { ...verdictOnSilence(monitor, reason), silentSince: since };
  const response = responseTo(verdict, measurement, origin);
  if (response !== null) await signal(model, response);
  await keep({
    model,
    version: measurement.version,
    window,
    verdict,
    signalled: signalledBy(response === null ? [] : [response]),
  });
}

/** Records a decision and takes it into the model's incident. */
async function keep(decision: Omit<MonitorDecision, 'decidedAt'>): Promise<void> {
  const { model, window } = decision;
  await watchActivities.recordDecision({ decision });
  await watchActivities.followDecision({ model, window });
}

/** Measures a decided window again where what came late still counts. That it fails stops nothing. */
export async function correctOrLog(model: string, window: TimeWindow): Promise<void> {
  try {
    await measureActivities.correctWindow({ model, window });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = causeOf(error);
    log.warn('late arrivals could not be counted', { model, window, error: message });
  }
}

async function signal(model: string, response: ResponseRequest): Promise<void> {
  const manager = getExternalWorkflowHandle(modelWorkflowId(model));
  try {
    await manager.signal(response.kind, response);
  } catch (error) {
    // The model's workflow is gone (its server lost its database): start it again with the signal.
    log.warn('the model workflow is not there; starting it', { model, error: String(error) });
    await controlActivities.signalModel({ model, request: response });
  }
}

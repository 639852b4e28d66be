import { WorkflowNotFoundError } from '@temporalio/common';
import {
  modelWorkflowId,
  monitorWorkflowId,
  type Retirement,
  type RetireRequest,
} from '../../contracts/index.js';
import { schedulesOfModel } from '../../temporal/model-schedules.js';
import { setPaused } from '../../temporal/schedules.js';
import { cancelRetrain } from '../control/cancel-retrain.js';
import type { ActivityDeps } from '../deps.js';
import { closeIncident } from '../incidents/close-incident.js';
import { signalWatchModel } from '../model-client.js';
import { requireQuiet } from './begin-retirement.js';
import { retireLine } from './retire-line.js';

const RUNS_READ = 200;

/** Pauses what retrains the model by the clock, and cancels retrainings that are under way. */
export function stopSchedules(deps: ActivityDeps) {
  return async (request: RetireRequest): Promise<void> => {
    const { model, requestId } = request;
    const note = noteOf(request);
    for (const { id, paused } of await schedulesOfModel(deps.temporal, model)) {
      // One that somebody paused before stays theirs.
      if (!paused) await setPaused(deps.temporal, id, true, note);
    }
    const schedules = await ownSchedules(deps, requestId, model);
    const runs = await deps.registry.runs({ model, status: 'running', limit: RUNS_READ });
    const retrains = runs.filter(({ trigger }) => trigger.kind === 'retrain');
    for (const { runId } of retrains) await cancelRetrain(deps)({ runId });
    const cancelled = retrains.map(({ runId }) => runId);
    const reason = `${counted(schedules.length, 'schedule')} paused, ${counted(cancelled.length, 'retraining')} cancelled`;
    const evidence = { schedules: [...schedules], cancelled };
    const line = retireLine(request, 'retire-step', { step: 'schedules', reason, evidence });
    const present = await deps.registry.life.retirement(model);
    if (present !== null) await deps.registry.life.putRetirement({ ...present, schedules }, line);
  };
}

/** Ends the monitor; what it found and never closed is closed. */
export function stopMonitor(deps: ActivityDeps) {
  return async (request: RetireRequest): Promise<void> => {
    const { model, actor, reason } = request;
    const ended = await endWorkflow(deps, monitorWorkflowId(model), reason);
    const open = await deps.registry.incidents({ model, status: 'open' });
    for (const { number } of open) {
      await closeIncident(deps)({ model, number, actor, note: `the model is retired: ${reason}` });
    }
    const closed = open.map(({ number }) => number);
    await deps.registry.appendLedger(
      retireLine(request, 'retire-step', {
        step: 'monitor',
        reason: `${ended ? 'its monitor is ended' : 'it had no monitor'}, ${counted(closed.length, 'incident')} closed`,
        evidence: { closed },
      }),
    );
  };
}

/**
 * Takes the model out of service: the champion alias goes, and with it the traffic. The model's
 * workflow is ended first, so that this is the one writer of the alias; it starts from the ledger
 * when it is needed again.
 */
export function takeFromTraffic(deps: ActivityDeps) {
  return async (request: RetireRequest): Promise<void> => {
    const { model, requestId, actor, asOf, reason } = request;
    await requireQuiet(deps, model);
    await endWorkflow(deps, modelWorkflowId(model), reason);
    const champion = await deps.registry.champion(model);
    if (champion !== null) {
      const number = champion.transition + 1;
      const at = new Date().toISOString();
      await deps.registry.transition({
        model,
        number,
        version: null,
        sinceAsOf: asOf,
        ledger: {
          model,
          key: `transition/${model}/${number}`,
          at,
          asOf,
          actor,
          action: 'retired',
          from: champion.version,
          to: null,
          reason,
          evidence: { requestId },
        },
      });
    }
    // A request that came in between had it start from the alias that is gone.
    await endWorkflow(deps, modelWorkflowId(model), reason);
  };
}

/** Lets go on what was stopped: before the traffic is gone, and when the model comes back. */
export function startAgain(deps: ActivityDeps) {
  return async ({ request, retirement }: StartAgain): Promise<void> => {
    const { model, actor, reason } = request;
    for (const id of await ownSchedules(deps, retirement.requestId, model)) {
      await setPaused(deps.temporal, `schedule/${id}`, false, `${actor}: ${reason}`);
    }
    const champion = await deps.registry.champion(model);
    if (champion !== null) await signalWatchModel(deps.temporal, model);
  };
}

export interface StartAgain {
  readonly request: RetireRequest;
  /** The retirement that is taken back. */
  readonly retirement: Retirement;
}

/** Pipelines whose schedules this retirement paused: they say so themselves, also after a crash. */
async function ownSchedules(
  { temporal }: ActivityDeps,
  requestId: string,
  model: string,
): Promise<readonly string[]> {
  const schedules = await schedulesOfModel(temporal, model);
  return schedules
    .filter(({ paused, note }) => paused && note.includes(requestId))
    .map(({ id }) => id.replace(/^schedule\//, ''));
}

function noteOf({ model, requestId, actor, reason }: RetireRequest): string {
  return `${actor} retired ${model}: ${reason} (${requestId})`;
}

async function endWorkflow(
  { temporal }: ActivityDeps,
  workflowId: string,
  reason: string,
): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(workflowId).terminate(`the model is retired: ${reason}`);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

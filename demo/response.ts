import {
  type LedgerEntry,
  MESSAGE,
  type MonitorDecision,
  monitorWorkflowId,
  type TimeWindow,
} from '../contracts/index.js';
import { followSteps } from './pipeline-run.js';
import type { Stage } from './stage.js';
import { eventually } from './waiting.js';

/** Wakes the monitor and waits until it has decided on this window. */
export async function awaitDecision(
  stage: Stage,
  model: string,
  window: TimeWindow,
): Promise<MonitorDecision> {
  await stage.temporal.client.workflow.getHandle(monitorWorkflowId(model)).signal(MESSAGE.checkNow);
  return eventually(`the decision on the week to ${window.end}`, async () => {
    const decisions = await stage.registry.decisions(model, 5);
    return decisions.find((decision) => decision.window.end === window.end) ?? null;
  });
}

/** How the model's workflow carried out what the monitor signalled: the ledger line that ends it. */
export async function awaitResponse(
  stage: Stage,
  { model, window, signalled }: MonitorDecision,
  onStep: (step: string) => void,
): Promise<LedgerEntry | null> {
  if (signalled === null) return null;
  const requestId = `monitor/${model}/${window.end}/${signalled}`;
  const endings =
    signalled === 'retrain'
      ? ['retrain-ended', 'retrain-held']
      : ['rolled-back', 'rollback-refused'];
  let followed: string | null = null;
  return eventually(`the ${signalled} that the monitor asked for`, async () => {
    const entries = (await stage.registry.ledger(model)).filter(
      ({ evidence }) => evidence['requestId'] === requestId,
    );
    const runId = entries.find(({ action }) => action === 'retrain-started')?.evidence['runId'];
    if (typeof runId === 'string' && followed === null) {
      followed = runId;
      await followSteps(stage, runId, onStep);
    }
    return entries.find(({ action }) => endings.includes(action)) ?? null;
  });
}

import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  MESSAGE,
  MillraceError,
  modelWorkflowId,
  type Retirement,
  type RetireRequest,
} from '../../contracts/index.js';
import type { ModelState } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import { retireLine } from './retire-line.js';

/** The model's workflow is asked on the queue that this activity is on: a worker is there. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Begins to retire a model: from now on no version of it is deployed and no retraining starts.
 *
 * @returns how far it is out of use; `retired` where it was so already
 * @throws MillraceError `NotFound` for a model that nobody registered; `InvalidInput` while a change
 * or a rollout is under way
 */
export function beginRetirement(deps: Pick<ActivityDeps, 'registry' | 'temporal'>) {
  return async (request: RetireRequest): Promise<Retirement> => {
    const { model, requestId, actor, reason } = request;
    const { life } = deps.registry;
    const present = await life.retirement(model);
    if (present !== null && present.status !== 'returned') return present;
    if (!(await deps.registry.models()).includes(model)) {
      throw new MillraceError('NotFound', `there is no model ${model}`);
    }
    await requireQuiet(deps, model);
    const champion = await deps.registry.champion(model);
    const line = retireLine(request, 'retire-started', { step: 'started', reason });
    const retirement: Retirement = {
      model,
      status: 'retiring',
      requestId,
      actor,
      reason,
      schedules: [],
      version: champion?.version ?? null,
      at: line.at,
    };
    await life.putRetirement(retirement, line);
    return retirement;
  };
}

/** What the model's workflow has in hand; `null` where it does not run. */
async function liveState(temporal: Client, model: string): Promise<ModelState | null> {
  const handle = temporal.workflow.getHandle(modelWorkflowId(model));
  try {
    const { status } = await handle.describe();
    return status.name === 'RUNNING' ? await handle.query<ModelState>(MESSAGE.state) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** A change under way would put a version into service after it was taken out. */
export async function requireQuiet(
  { registry, temporal }: Pick<ActivityDeps, 'registry' | 'temporal'>,
  model: string,
): Promise<void> {
  const routed = (await registry.routes()).some((route) => route.model === model);
  const state = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    liveState(temporal, model),
  );
  if (!routed && (state === null || (state.change === null && state.rollout === null))) return;
  throw new MillraceError(
    'InvalidInput',
    `${model} cannot be retired now: a change or a rollout of it is under way`,
    `wait for its end, or end it: millrace rollout abort ${model}`,
  );
}

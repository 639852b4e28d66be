import { randomUUID } from 'node:crypto';
import {
  type RetireRequest,
  retireWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { AS_OF, type ModelWorld } from '../support/model-world.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** Keeps a history of each way that a retirement may go, and of what is done to a version by hand. */
export async function recordLife(stack: TestStack, world: ModelWorld): Promise<void> {
  const { workflow } = stack.temporal.client;
  const retire = async (name: string, model: string, kind: RetireRequest['kind']) => {
    const requestId = randomUUID();
    const request = { kind, requestId, model, actor: 'ann', reason: 'a test asks', asOf: AS_OF };
    const handle = await workflow.start(WORKFLOW.retireModel, {
      workflowId: retireWorkflowId(model),
      taskQueue: TASK_QUEUE.control,
      args: [request],
    });
    await handle.result().catch(() => undefined);
    await keepHistory(stack, `retire-model.${name}`, handle.workflowId);
  };
  await world.register('retired');
  await retire('retired', 'retired', 'retire');
  await retire('retired-already', 'retired', 'retire');
  await retire('returned', 'retired', 'return');
  await retire('not-retired', 'retired', 'return');
  await world.register('routed');
  await cutShort(world, 'routed');
  await retire('given-up', 'routed', 'retire');

  const workflowId = 'by-hand/change-version';
  const base = { requestId: randomUUID(), model: 'retired', actor: 'ann', at: AS_OF };
  const input = { ...base, kind: 'archive', version: 1, reason: 'a test asks' };
  await workflow.execute(WORKFLOW.byHand, {
    workflowId,
    taskQueue: TASK_QUEUE.control,
    args: [{ kind: 'changeVersion', input }],
  });
  await keepHistory(stack, 'by-hand.change-version', workflowId);
}

/** A retirement that began and was cut short, and since then a rollout shares the requests out. */
export async function cutShort({ registry }: ModelWorld, model: string): Promise<void> {
  const at = new Date().toISOString();
  const requestId = randomUUID();
  const line = (key: string, action: 'retire-started' | 'weight-moved') => ({
    model,
    key,
    at,
    asOf: AS_OF,
    actor: 'ann',
    action,
    from: null,
    to: null,
    reason: 'a test asks',
    evidence: { requestId },
  });
  await registry.life.putRetirement(
    {
      model,
      status: 'retiring',
      requestId,
      actor: 'ann',
      reason: 'a test asks',
      schedules: [],
      version: null,
      at,
    },
    line(`retire/${requestId}/started`, 'retire-started'),
  );
  const route = {
    model,
    number: 1,
    rolloutId: requestId,
    strategy: 'canary' as const,
    arms: [{ version: 1, weightPercent: 100 }],
    shadows: [],
    stickyBy: null,
    seed: 'x',
    at,
  };
  await registry.moveRoute({
    model,
    number: 1,
    route,
    ledger: line(`route/${model}/1`, 'weight-moved'),
  });
}

import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { startAlert } from '../../activities/notify/raise-alert.js';
import {
  type Alert,
  alertWorkflowId,
  type HandRequest,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { channelsPath } from '../../notifications/index.js';
import { eventually } from '../support/eventually.js';
import { startHttpReceiver } from '../support/http-receiver.js';
import type { ModelWorld } from '../support/model-world.js';
import type { TestStack } from '../support/test-stack.js';
import { alertOf, modelTelling, openIncident } from '../workflows/alerted-model.js';
import { keepHistory } from './keep-history.js';

/** Keeps a history of each way that an alert may go, and of what a person asks for by hand. */
export async function recordAlerts(stack: TestStack, world: ModelWorld): Promise<void> {
  const receiver = await startHttpReceiver();
  writeFileSync(`${stack.home.root}/secret`, 'of the receiver');
  writeFileSync(`${stack.home.root}/chat`, receiver.url);
  writeFileSync(
    channelsPath(stack.home.root),
    `gather: 500ms
channels:
  hook: {kind: webhook, url: '${receiver.url}', secret: {file: secret}}
  chat: {kind: slack, url: {file: chat}}
`,
  );
  const { workflow } = stack.temporal.client;
  const raise = (alert: Alert) => startAlert({ temporal: stack.temporal.client }, alert);
  const handleOf = (group: string) => workflow.getHandle(alertWorkflowId(group));
  const ended = (group: string) => handleOf(group).result();
  const keep = (name: string, group: string, runId?: string) =>
    keepHistory(stack, `deliver-alert.${name}`, alertWorkflowId(group), runId);
  const byHand = async (name: string, request: HandRequest) => {
    const workflowId = `by-hand/${name}`;
    await workflow.execute(WORKFLOW.byHand, {
      workflowId,
      taskQueue: TASK_QUEUE.control,
      args: [request],
    });
    await keepHistory(stack, `by-hand.${name}`, workflowId);
  };

  try {
    const told = alertOf('told', { channels: ['hook', 'chat', 'no-such-channel'] });
    await raise(told);
    await raise({ ...told, key: `${told.group}/worse` });
    await raise(told);
    await ended(told.group);
    await keep('gathered', told.group);
    await raise({ ...told, key: `${told.group}/closed`, status: 'resolved' });
    await ended(told.group);
    await keep('resolved', told.group);

    const now = Date.now();
    const silence = {
      id: 'kept',
      model: 'silent',
      from: new Date(now).toISOString(),
      until: new Date(now + 3_000).toISOString(),
      actor: 'user:ada',
      reason: 'a move',
    };
    await byHand('silence', { kind: 'putSilence', input: silence });
    const silent = alertOf('silent', { channels: ['hook'] });
    await raise(silent);
    await ended(silent.group);
    await keep('silenced', silent.group);
    await byHand('silence-ended', { kind: 'endSilence', input: { id: 'kept', actor: 'user:ada' } });
    await byHand('channel-tested', {
      kind: 'testChannel',
      input: { channel: 'hook', actor: 'user:ada' },
    });
    await byHand('review-claimed', {
      kind: 'claimReview',
      input: { model: 'told', actor: 'user:ada' },
    });

    await modelTelling(world, 'lasting', [{ channel: 'hook', repeatMs: 50 }]);
    const incident = openIncident('lasting');
    await world.registry.putIncident(incident);
    const lasting = alertOf('lasting', { incident: 1 });
    await raise(lasting);
    const first = (await handleOf(lasting.group).describe()).runId;
    await eventually(async () =>
      expect((await handleOf(lasting.group).describe()).runId).not.toBe(first),
    );
    const resolution = { how: 'recovered', actor: 'monitor', note: 'over', at: told.at } as const;
    await world.registry.putIncident({ ...incident, status: 'closed', resolution });
    await ended(lasting.group);
    await keep('continues-as-new', lasting.group, first);
    await keep('continued-and-over', lasting.group);
  } finally {
    await receiver.close();
  }
}

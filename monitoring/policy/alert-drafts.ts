import type { Alert, ChangeRequest, GatedRequest } from '../../contracts/index.js';
import type { ModelEffect } from './events.js';

/** What people are told of actions that concern them. */

/** A person has to decide. */
export function approvalAlert(
  model: string,
  request: GatedRequest,
  detail: string,
  nowMs: number,
): ModelEffect {
  return raise({
    ...baseOf(model, request, nowMs),
    key: `approval/${model}/${request.requestId}`,
    group: `approval/${model}/${request.requestId}`,
    severity: 'warning',
    title: `${model}: ${nameOf(request)} waits for approval`,
    text: `${request.reason}. ${detail}`,
    facts: { model, action: nameOf(request), request: request.requestId, asked: request.actor },
  });
}

/** It was done, and can be taken back for a while. */
export function undoableAlert(
  model: string,
  request: GatedRequest,
  until: string,
  nowMs: number,
): ModelEffect {
  return raise({
    ...baseOf(model, request, nowMs),
    key: `undoable/${model}/${request.requestId}`,
    group: `undoable/${model}/${request.requestId}`,
    severity: 'warning',
    title: `${model}: ${nameOf(request)}, which can be undone until ${until}`,
    text: `${request.reason}. \`millrace undo ${model} --reason …\` takes it back until ${until}.`,
    facts: { model, action: nameOf(request), request: request.requestId, undoUntil: until },
  });
}

/** A change of the champion did not come to its end. */
export function switchFailedAlert(
  model: string,
  request: ChangeRequest,
  detail: string,
  nowMs: number,
): ModelEffect {
  return raise({
    ...baseOf(model, request, nowMs),
    key: `switch-failed/${model}/${request.requestId}`,
    group: `switch-failed/${model}/${request.requestId}`,
    severity: 'critical',
    title: `${model}: ${nameOf(request)} failed`,
    text: `${detail}. It was asked for because: ${request.reason}.`,
    facts: { model, action: nameOf(request), request: request.requestId, asked: request.actor },
  });
}

/** A rollout did not come to a new champion, or its end is not seen everywhere. */
export function rolloutAlert(
  model: string,
  rolloutId: string,
  detail: string,
  nowMs: number,
  told: { readonly title?: string; readonly channels?: readonly string[] } = {},
): ModelEffect {
  const { title = 'a rollout has ended, but not in every gateway', channels = [] } = told;
  const key = `rollout/${model}/${rolloutId}${told.title === undefined ? '/unseen' : ''}`;
  return raise({
    model,
    status: 'notice',
    channels,
    at: new Date(nowMs).toISOString(),
    key,
    group: key,
    severity: 'warning',
    title: `${model}: ${title}`,
    text: `${detail}. \`millrace rollout status ${model}\` shows what was measured.`,
    facts: { model, rollout: rolloutId },
  });
}

function raise(alert: Alert): ModelEffect {
  return { kind: 'raise-alert', alert };
}

function baseOf(model: string, request: GatedRequest, nowMs: number) {
  return {
    model,
    status: 'notice',
    channels: request.notify ?? [],
    at: new Date(nowMs).toISOString(),
  } as const;
}

/** An action in a few words. */
export function nameOf(request: GatedRequest): string {
  switch (request.kind) {
    case 'deploy':
    case 'promote':
      return `promotion of version ${request.version}`;
    case 'rollback':
      return request.version === null ? 'rollback' : `rollback to version ${request.version}`;
    case 'retrain':
      return 'retraining';
    case 'repair':
      return request.repair === 'impute'
        ? `imputing of ${request.features.join(', ')}`
        : request.repair;
    case 'askForLabels':
      return 'call for labels';
  }
}

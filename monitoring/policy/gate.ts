import type { GatedRequest, PendingRequest } from '../../contracts/index.js';
import { isAutomatic, riskOf } from './automatic.js';
import { quietUntil } from './quiet-hours.js';
import type { ModelState } from './state.js';

/** In the order in which they are asked. */
export const GUARDS = [
  'paused',
  'in-flight',
  'stale',
  'circuit-breaker',
  'min-labels',
  'cooldown',
  'budget',
  'automation',
  'risk',
  'quiet-hours',
  'repairable',
] as const;
export type Guard = (typeof GUARDS)[number];

/** What holds a request back. */
export interface Held {
  readonly guard: Guard;
  /** One sentence: what holds it back, and what would release it. */
  readonly detail: string;
  /** It is not carried out now, and waits for this. Absent: it is over, and has to be asked anew. */
  readonly waitsFor?: PendingRequest['waitsFor'];
  /** Wall clock at which it goes on by itself. */
  readonly until?: string;
}

/**
 * The last guards before an action: `automation`, the risk class, quiet hours. What a person asked
 * for or approved passes, but for a version of high risk: what it lacks is found out first.
 *
 * @param nowMs - wall clock
 * @returns `null` when it may be done now
 */
export function heldByGate(state: ModelState, request: GatedRequest, nowMs: number): Held | null {
  const automatic = isAutomatic(request);
  const proposed =
    (request.kind === 'deploy' || request.kind === 'promote') && request.approvedBy === undefined;
  if (request.kind === 'deploy' && proposed && request.approval === 'pending') {
    const detail = `version ${request.version} was registered to be approved first; ${release(state, request)}`;
    return waitsFor('approval', 'risk', detail);
  }
  const automation = automatic ? heldByAutomation(state, request) : null;
  const mayBeProposed = automation === null || automation.waitsFor !== undefined;
  if (mayBeProposed && (automatic || proposed) && riskOf(state, request) === 'high') {
    return waitsFor('readiness', 'risk', `its risk class is high; ${release(state, request)}`);
  }
  return automation ?? (automatic ? heldByQuietHours(state, request, nowMs) : null);
}

function heldByAutomation(state: ModelState, request: GatedRequest): Held | null {
  const { automation } = state;
  if (automation === 'full') return null;
  // A version that is there already is proposed to a person, not thrown away.
  if (request.kind === 'deploy' || (automation === 'train' && changesProduction(request))) {
    const detail = `automation is ${automation}; ${release(state, request)}`;
    return waitsFor('approval', 'automation', detail);
  }
  if (automation === 'train') return null;
  const detail = `automation is manual; released by a person who runs ${commandFor(state, request)}`;
  return { guard: 'automation', detail };
}

function heldByQuietHours(state: ModelState, request: GatedRequest, nowMs: number): Held | null {
  const hours = state.guards?.quietHours;
  if (hours === undefined || request.kind === 'askForLabels') return null;
  const untilMs = quietUntil(hours, nowMs);
  if (untilMs === null) return null;
  const until = new Date(untilMs).toISOString();
  const { from, to, timezone } = hours;
  const detail = `quiet hours from ${from} to ${to} (${timezone}); released at ${until}, or ${release(state, request)}`;
  return { ...waitsFor('quiet-hours', 'quiet-hours', detail), until };
}

function waitsFor(reason: PendingRequest['waitsFor'], guard: Guard, detail: string): Held {
  return { guard, detail, waitsFor: reason };
}

/** What the gateways or the champion feel; a retraining by itself changes neither. */
function changesProduction(request: GatedRequest): boolean {
  if (request.kind === 'repair') return request.repair !== 'quarantine';
  return request.kind === 'deploy' || request.kind === 'rollback';
}

function release({ model }: ModelState, request: GatedRequest): string {
  const name = request.kind === 'deploy' ? `${model}@${request.version}` : model;
  return `released by \`millrace approve ${name} --reason …\``;
}

/** What does by hand what was asked for. */
function commandFor({ model }: ModelState, request: GatedRequest): string {
  switch (request.kind) {
    case 'retrain':
      return `\`millrace monitor signal ${model} retrain --reason …\``;
    case 'rollback':
      return `\`millrace rollback ${model} --reason …\``;
    case 'deploy':
    case 'promote':
      return `\`millrace promote ${model}@${request.version} --reason …\``;
    default:
      return `\`millrace monitor ${model}\` to see what is wrong`;
  }
}

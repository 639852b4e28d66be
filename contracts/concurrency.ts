import type { Template } from './plan.js';

/** What a run does that finds its group full. */
export const ON_FULL = ['wait', 'cancel-running', 'skip'] as const;
export type OnFull = (typeof ON_FULL)[number];

/** Runs of one group, of whatever pipeline, are under way at most so many at a time. */
export interface ConcurrencySpec {
  /** Over `params` and `run`: text. */
  readonly group: Template;
  readonly limit: number;
  readonly onFull: OnFull;
}

/** Who goes first where there is not room for all; as Temporal's task queues take it. */
export interface PrioritySpec {
  /** From 1, the most urgent, to 5. */
  readonly priorityKey: number;
  /** Work of different keys takes turns. */
  readonly fairnessKey?: string;
  /** Turns of this key against another's; absent: 1. */
  readonly fairnessWeight?: number;
}

/** Of what says nothing. */
export const DEFAULT_PRIORITY_KEY = 3;

/** The group of a run, its name read. */
export interface HeldGroup {
  readonly group: string;
  readonly limit: number;
  readonly onFull: OnFull;
  /** Absent: {@link DEFAULT_PRIORITY_KEY}. */
  readonly priorityKey?: number;
}

/** What a run asks its group's workflow for. */
export interface LeaseRequest {
  readonly leaseId: string;
  /** Who holds it, and is told. */
  readonly workflowId: string;
  readonly limit: number;
  readonly onFull: OnFull;
  readonly priorityKey: number;
  /** The run that asks, for those that give way to it; absent of one that began with an earlier release. */
  readonly run?: { readonly runId: string; readonly pipeline: string };
}

/** A lease that is held. */
export interface HeldLease extends LeaseRequest {
  /** Its holder was cancelled to make room, and is ending. */
  readonly isCancelled?: true;
}

/** The signal `leaseAnswered`. */
export interface LeaseAnswer {
  readonly leaseId: string;
  readonly outcome: 'granted' | 'skipped';
  readonly detail: string;
}

/** The signal `releaseLease`. */
export interface LeaseRelease {
  readonly leaseId: string;
}

/** Input of the workflow `holdGroup`, and the answer to its query `state`. */
export interface GroupState {
  readonly group: string;
  readonly holders: readonly HeldLease[];
  /** In the order in which they asked. */
  readonly waiting: readonly LeaseRequest[];
}

/** One a group: the name may hold anything. */
export function groupWorkflowId(group: string): string {
  return `group/${group}`;
}

/** Why the message is not one; `null` where it is. */
export function complaintOfLeaseRequest(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'a request for a lease must be an object';
  const request = value as { readonly [name: string]: unknown };
  for (const name of ['leaseId', 'workflowId']) {
    if (typeof request[name] !== 'string' || request[name] === '') return `${name} must be text`;
  }
  const { limit, priorityKey, onFull } = request;
  if (!Number.isSafeInteger(limit) || Number(limit) < 1) return 'limit must be a number from 1';
  if (!Number.isSafeInteger(priorityKey)) return 'priorityKey must be a whole number';
  return ON_FULL.some((known) => known === onFull)
    ? null
    : `onFull must be one of ${ON_FULL.join(', ')}`;
}

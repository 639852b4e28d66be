/** A stretch in which a run starts no step. Times are RFC 3339 on the wall clock. */
export interface RunPause {
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  /** `null` while it holds. */
  readonly resumedAt: string | null;
  readonly resumedBy: string | null;
}

/** A run that has asked for a place in its group; what it does after is told by its steps. */
export interface GroupWait {
  readonly group: string;
  /** Places of the group. */
  readonly limit: number;
  /** RFC 3339, on the wall clock. */
  readonly since: string;
}

/** Signals `pauseRun` and `resumeRun` of a run. */
export interface RunPauseRequest {
  readonly actor: string;
  readonly reason: string;
}

/** Why the message is not one; `null` where it is. */
export function complaintOfRunPause(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'it must be {actor, reason}';
  const { actor, reason } = value as { readonly [name: string]: unknown };
  return isText(actor) && isText(reason)
    ? null
    : 'actor and reason must be text of 1 to 2,000 characters';
}

/** Signal `cancelRun`: who cancels the run, and why. The cancellation itself is Temporal's own. */
export interface RunCancelRequest {
  readonly actor: string;
  /** `null`: they did not say. */
  readonly reason: string | null;
}

/** Why the message is not one; `null` where it is. */
export function complaintOfRunCancel(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'it must be {actor, reason}';
  const { actor, reason } = value as { readonly [name: string]: unknown };
  return isText(actor) && (reason === null || isText(reason))
    ? null
    : 'actor must be text of 1 to 2,000 characters, reason such a text or null';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= 2_000;
}

/** What a run takes over of one that ended: those steps are not done again. */
export interface RunTakeOver {
  readonly runId: string;
  /** Their results stand as they were, whatever has changed since. */
  readonly steps: readonly string[];
  /** Done again although a result could be found. */
  readonly redo: readonly string[];
}

import type { ModelEffect } from './events.js';
import { type MessageCounts, type ModelState, SEEN_REQUESTS_KEPT } from './state.js';

/** What one event makes of a state. */
export interface Step {
  readonly state: ModelState;
  readonly effects: readonly ModelEffect[];
}

export function count(state: ModelState, name: keyof MessageCounts): ModelState {
  return { ...state, counts: { ...state.counts, [name]: state.counts[name] + 1 } };
}

/** Counts a message and lets it through only the first time its request is seen. */
export function once(
  state: ModelState,
  requestId: string,
  next: (fresh: ModelState) => Step,
): Step {
  const counted = count(state, 'received');
  if (state.seen.includes(requestId)) return { state: count(counted, 'duplicate'), effects: [] };
  return next({ ...counted, seen: [...state.seen, requestId].slice(-SEEN_REQUESTS_KEPT) });
}

import { type ModelState, UNDOABLE_KEPT, type Undoable } from './state.js';

/** Remembers what can be taken back; the oldest leave first. */
export function withUndoable(state: ModelState, action: Undoable): ModelState {
  return { ...state, undoable: [...state.undoable, action].slice(-UNDOABLE_KEPT) };
}

export function withoutUndoable(state: ModelState, entryKey: string): ModelState {
  return { ...state, undoable: state.undoable.filter((item) => item.entryKey !== entryKey) };
}

/** What an undo would take back now: the newest whose window has not ended. */
export function newestUndoable(
  { undoable }: Pick<ModelState, 'undoable'>,
  nowMs: number,
): Undoable | null {
  return undoable.findLast(({ until }) => Date.parse(until) > nowMs) ?? null;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './trace-context.js';

/** Of the whole process: modules that are loaded late have a copy of this one, beside a bundle. */
const PLACE = Symbol.for('millrace.activeTrace');
const shared = globalThis as { [PLACE]?: AsyncLocalStorage<TraceContext> };
shared[PLACE] ??= new AsyncLocalStorage<TraceContext>();
const active = shared[PLACE];

/** Does work of which what it starts elsewhere is to be told that it belongs to this trace. */
export function withTrace<T>(context: TraceContext | null, work: () => T): T {
  return context === null ? work() : active.run(context, work);
}

/** The trace that this work belongs to; `null` where it is not traced. */
export function activeTrace(): TraceContext | null {
  return active.getStore() ?? null;
}

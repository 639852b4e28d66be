import { setTimeout as sleep } from 'node:timers/promises';
import { isMillraceError, type MillraceError } from '../../contracts/index.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface Patience {
  /** Ends the waits of the caller: what a call then throws is why it waited. */
  signal(): AbortSignal;
  /** The registry cannot be used, and a call begins to wait. */
  waits(error: MillraceError): void;
  /** How long one call waits; absent: as long as the registry is away. */
  readonly longestMs?: number;
}

const AsyncGeneratorFunction = async function* () {}.constructor as FunctionConstructor;

/** The same port, whose calls wait while the registry cannot be used: a server that is restarted. */
export function patientRegistry<Port extends object>(port: Port, patience: Patience): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === 'object' && member !== null) return patientRegistry(member, patience);
      if (typeof member !== 'function') return member;
      // What is read bit by bit cannot be begun anew unseen: its reader begins again.
      if (member instanceof AsyncGeneratorFunction) return member.bind(target);
      return (...args: readonly unknown[]) =>
        untilUsable(() => Reflect.apply(member, target, args), patience);
    },
  });
}

async function untilUsable(call: () => unknown, patience: Patience): Promise<unknown> {
  const sinceMs = Date.now();
  const { longestMs = Number.POSITIVE_INFINITY } = patience;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isMillraceError(error) || error.type !== 'RegistryUnavailable') throw error;
      if (Date.now() - sinceMs >= longestMs) throw error;
      if (waitMs === FIRST_WAIT_MS) patience.waits(error);
      const signal = patience.signal();
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

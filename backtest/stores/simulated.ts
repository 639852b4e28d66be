import { MillraceError } from '../../contracts/index.js';

/**
 * A port of which a replay has some of the methods: those are called, any other is a defect that is
 * named, never an undefined that fails elsewhere.
 *
 * @param what - as the error names it
 */
export function simulated<Port extends object>(what: string, part: Partial<Port>): Port {
  return new Proxy(part, {
    get(target, name, receiver) {
      if (Reflect.has(target, name)) return Reflect.get(target, name, receiver);
      // What is awaited is asked for `then`.
      if (name === 'then' || typeof name === 'symbol') return undefined;
      return () => {
        throw new MillraceError('Internal', `a replay has no ${what}.${name}`);
      };
    },
  }) as Port;
}

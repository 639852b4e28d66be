import type { JsonValue } from '../../../contracts/index.js';

/**
 * Reads a snapshot's state field by field. Snapshots come back from files and messages, so that
 * nothing in them is believed.
 */
export class SnapshotState {
  readonly #fields: { readonly [name: string]: unknown };

  /** @throws RangeError when the state is no object */
  constructor(
    readonly detector: string,
    state: unknown,
  ) {
    if (typeof state !== 'object' || state === null || Array.isArray(state)) {
      throw new RangeError(`snapshot of ${detector}: state must be an object`);
    }
    this.#fields = { ...state };
  }

  /** @throws RangeError unless the field is a finite number */
  number(field: string): number {
    const value = this.#fields[field];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#refusal(field, 'a finite number');
  }

  /** @throws RangeError unless the field is a whole number from 0 */
  count(field: string): number {
    const value = this.#fields[field];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#refusal(field, 'a whole number from 0');
  }

  /** A number that is infinite until it is first known: `null` in JSON. */
  numberOr(field: string, unknown: number): number {
    return this.#fields[field] === null ? unknown : this.number(field);
  }

  /** @throws RangeError unless the field is a list of finite numbers, of this length if one is given */
  numbers(field: string, length?: number): number[] {
    const value = this.#fields[field];
    if (
      Array.isArray(value) &&
      (length === undefined || value.length === length) &&
      value.every((item) => Number.isFinite(item))
    ) {
      return value as number[];
    }
    const wanted = length === undefined ? 'a list of' : `a list of ${length}`;
    throw this.#refusal(field, `${wanted} finite numbers`);
  }

  /** For what the fields cannot be together. */
  refuse(why: string): RangeError {
    return new RangeError(`snapshot of ${this.detector}: ${why}`);
  }

  #refusal(field: string, wanted: string): RangeError {
    return this.refuse(`state.${field} must be ${wanted}`);
  }
}

/** JSON has no infinity. */
export function finiteOrNull(value: number): JsonValue {
  return Number.isFinite(value) ? value : null;
}

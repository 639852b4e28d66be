import type { ModelEvent } from '../monitoring/policy/index.js';
import { jsonBytes } from './json-bytes.js';

/** A server refuses an input of more than 2 MB, and the model's state goes beside them. */
const MOST_BYTES = 1_500_000;

/** Requests that came and were not reduced yet, oldest first. */
export class WaitingRequests {
  readonly #waiting: { readonly event: ModelEvent; readonly bytes: number }[] = [];
  #bytes = 0;

  constructor(carried: readonly ModelEvent[] = []) {
    for (const event of carried) this.push(event);
  }

  get length(): number {
    return this.#waiting.length;
  }

  get all(): readonly ModelEvent[] {
    return this.#waiting.map(({ event }) => event);
  }

  /** Whether they can all be handed to the next execution. */
  get canBeCarried(): boolean {
    return this.#bytes <= MOST_BYTES;
  }

  push(event: ModelEvent): void {
    const bytes = jsonBytes(event);
    this.#waiting.push({ event, bytes });
    this.#bytes += bytes;
  }

  shift(): ModelEvent | undefined {
    const first = this.#waiting.shift();
    this.#bytes -= first?.bytes ?? 0;
    return first?.event;
  }
}

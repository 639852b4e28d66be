/**
 * The devices of a worker, each used by one step at a time. A step that needs more than are free waits
 * its turn; Temporal has admitted it, so this is no queue of work but of the things it needs.
 */
export class DevicePool {
  #free: readonly string[];
  readonly #turns: { readonly count: number; readonly take: (given: readonly string[]) => void }[] =
    [];

  constructor(devices: readonly string[]) {
    this.#free = devices;
  }

  /**
   * @param count - at most as many as the pool has
   * @returns devices to be given back
   * @throws the signal's reason when it aborts first
   */
  async take(count: number, signal: AbortSignal): Promise<readonly string[]> {
    if (count === 0) return [];
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const turn = {
        count,
        take: (given: readonly string[]) => {
          signal.removeEventListener('abort', giveUp);
          resolve(given);
        },
      };
      const giveUp = () => {
        this.#turns.splice(this.#turns.indexOf(turn), 1);
        reject(signal.reason);
        this.#next();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#turns.push(turn);
      this.#next();
    });
  }

  giveBack(devices: readonly string[]): void {
    this.#free = [...this.#free, ...devices];
    this.#next();
  }

  /** In the order in which they came, so that a step that needs many is not starved by small ones. */
  #next(): void {
    for (let [turn] = this.#turns; turn !== undefined; [turn] = this.#turns) {
      if (turn.count > this.#free.length) return;
      this.#turns.shift();
      const given = this.#free.slice(0, turn.count);
      this.#free = this.#free.slice(turn.count);
      turn.take(given);
    }
  }
}

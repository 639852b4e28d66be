/** Requests that this process passed on and remembers. */
const KEPT = 10_000;

/** Passes each request on once, also when the same one comes again while it is under way. */
export class KnownRequests {
  /** Oldest first. */
  readonly #done = new Set<string>();
  readonly #running = new Map<string, Promise<unknown>>();

  /**
   * @param wasSeen - whether others know the request: another gateway, or this one before it restarted
   * @param send - a request whose sending failed counts as never seen
   */
  async once(
    key: string,
    wasSeen: () => Promise<boolean>,
    send: () => Promise<void>,
  ): Promise<'sent' | 'duplicate'> {
    for (;;) {
      if (this.#done.has(key)) return 'duplicate';
      const running = this.#running.get(key);
      if (running === undefined) break;
      // Where that one fails, this one tries.
      await running.catch(() => undefined);
    }
    const work = this.#pass(wasSeen, send);
    this.#running.set(key, work);
    try {
      const outcome = await work;
      this.#remember(key);
      return outcome;
    } finally {
      this.#running.delete(key);
    }
  }

  async #pass(
    wasSeen: () => Promise<boolean>,
    send: () => Promise<void>,
  ): Promise<'sent' | 'duplicate'> {
    if (await wasSeen()) return 'duplicate';
    await send();
    return 'sent';
  }

  #remember(key: string): void {
    this.#done.add(key);
    if (this.#done.size <= KEPT) return;
    const oldest = this.#done.keys().next();
    if (oldest.done !== true) this.#done.delete(oldest.value);
  }
}

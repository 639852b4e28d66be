const FIRST_MS = 500;
const LAST_MS = 30_000;
/** A server that was ready for so long begins anew: what ends it now is another matter. */
const STEADY_MS = 60_000;

/**
 * How long a server that died is left alone: 0.5 s, doubled with each death in a row up to 30 s.
 *
 * @example new RestartDelay().died(100); // 500
 */
export class RestartDelay {
  #deaths = 0;

  /** @param readyForMs - how long it could be asked; 0: it never became ready */
  died(readyForMs: number): number {
    this.#deaths = readyForMs >= STEADY_MS ? 1 : this.#deaths + 1;
    return Math.min(FIRST_MS * 2 ** (this.#deaths - 1), LAST_MS);
  }
}

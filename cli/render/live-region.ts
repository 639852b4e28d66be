/** The bottom of a terminal that is drawn again in place. */
export class LiveRegion {
  #drawn = 0;

  /**
   * @param write - where the terminal's text goes
   * @param size - its size when asked: a window may be resized at any time
   */
  constructor(
    private readonly write: (text: string) => void,
    private readonly size: () => { readonly columns: number; readonly rows: number },
  ) {}

  /** Replaces what is shown. Lines must fit the width; more lines than fit are cut at the top. */
  draw(lines: readonly string[]): void {
    // A region taller than the terminal scrolls, and the cursor could not come back to its start.
    const shown = lines.slice(-Math.max(1, this.size().rows - 1));
    this.write(`${this.#home()}${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    this.#drawn = shown.length;
  }

  /** Takes the region away and leaves the cursor where it began. */
  clear(): void {
    this.write(`${this.#home()}\u001b[J`);
    this.#drawn = 0;
  }

  #home(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r`;
  }
}

/**
 * What a step of the set-up reports while it works.
 *
 * @typedef {object} StepReporter
 * @property {(text: string) => void} working - the slow part begins: what is being done
 */

/**
 * Prints one line a step on stderr: stdout belongs to what runs after set-up. On a terminal the line
 * counts the seconds while the step works.
 */
export class Progress {
  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.stream = stream;
    this.live = stream.isTTY === true;
  }

  /**
   * @param {string} title
   * @param {(reporter: StepReporter) => Promise<string> | string} work - returns what is said of the
   * step once it is right
   */
  async step(title, work) {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
    /** @type {NodeJS.Timeout | undefined} */
    let ticking;
    try {
      const summary = await work({
        working: (text) => {
          clearInterval(ticking);
          if (!this.live) this.stream.write(`${title}: ${text} …\n`);
          const draw = () => this.#draw(`${title}: ${text} … ${seconds()}`);
          draw();
          // Without a terminal, a line every half minute says that it is still alive.
          ticking = this.live
            ? setInterval(draw, 200)
            : setInterval(() => this.stream.write(`${title}: ${text} … ${seconds()}\n`), 30_000);
        },
      });
      clearInterval(ticking);
      this.#draw('');
      this.stream.write(`${title}: ${summary} (${seconds()})\n`);
    } catch (error) {
      clearInterval(ticking);
      this.#draw('');
      this.stream.write(`${title}: failed (${seconds()})\n`);
      throw error;
    }
  }

  /** @param {string} text */
  #draw(text) {
    if (this.live)
      this.stream.write(`\r\u001b[2K${text.slice(0, (this.stream.columns ?? 80) - 1)}`);
  }
}

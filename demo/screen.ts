import { LiveRegion } from '../cli/render/live-region.js';
import { createStyle, type Style } from '../cli/render/style.js';
import { truncate } from '../cli/render/table.js';

/** Progress of the demo, on stderr: a line redrawn in place on a terminal, plain lines elsewhere. */
export class Screen {
  readonly style: Style;
  readonly #live: LiveRegion | null;
  #startedMs = Date.now();

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.style = createStyle(stream, process.env);
    this.#live =
      stream.isTTY === true
        ? new LiveRegion(
            (text) => stream.write(text),
            () => ({ columns: stream.columns, rows: stream.rows }),
          )
        : null;
  }

  /** What is going on at this moment; shown on a terminal only. */
  now(text: string): void {
    this.#live?.draw([this.style.dim(truncate(`  ${text}`, this.stream.columns - 1))]);
  }

  /** A line that stays. */
  say(text = ''): void {
    this.#live?.clear();
    this.stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.say();
    this.say(`${this.style.bold(text)} ${this.style.dim(`(${this.elapsed()})`)}`);
  }

  elapsed(): string {
    return `${((Date.now() - this.#startedMs) / 1_000).toFixed(0)} s`;
  }

  clear(): void {
    this.#live?.clear();
  }
}

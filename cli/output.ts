import { once } from 'node:events';
import type { ErrorReport } from './errors.js';
import { createStyle, type Style } from './render/style.js';
import { wrap } from './render/table.js';

/** Where a command's words go. */
export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Everything a command says. Results go to stdout, in words or, with `--json`, as exactly one
 * document; progress and notices go to stderr in either form.
 */
export class Output {
  /** Colours for stdout. */
  readonly style: Style;
  /** Colours for stderr. */
  readonly noteStyle: Style;
  #documentWritten = false;

  constructor(
    private readonly streams: OutputStreams,
    readonly json: boolean,
    readonly verbose: boolean,
    env: NodeJS.ProcessEnv,
  ) {
    this.style = createStyle(streams.stdout, env);
    this.noteStyle = createStyle(streams.stderr, env);
    for (const stream of [streams.stdout, streams.stderr]) {
      // `millrace runs | head -1` closes our end of the pipe: that is no error of ours.
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') process.exit(0);
        throw error;
      });
    }
  }

  /** Width of the result's lines; without end where stdout is no terminal, so that nothing is cut. */
  get columns(): number {
    return this.streams.stdout.columns ?? Number.POSITIVE_INFINITY;
  }

  /** True where a table on stderr may be redrawn in place. */
  get live(): boolean {
    return this.streams.stderr.isTTY === true;
  }

  /** Size of the terminal that stderr is, at this moment. */
  get terminalSize(): { readonly columns: number; readonly rows: number } {
    return { columns: this.streams.stderr.columns ?? 100, rows: this.streams.stderr.rows ?? 24 };
  }

  /** The command's result: `document` with `--json`, else what `words` returns. Once a command. */
  result(document: unknown, words: () => string): void {
    if (!this.json) {
      this.print(words());
      return;
    }
    if (this.#documentWritten) throw new Error('a command writes one JSON document');
    this.#documentWritten = true;
    this.streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /**
   * The command's document where it may be too long for one text: pieces of its JSON, in order. Whoever
   * reads slowly is waited for.
   */
  async resultInPieces(pieces: AsyncIterable<string>): Promise<void> {
    if (this.#documentWritten) throw new Error('a command writes one JSON document');
    this.#documentWritten = true;
    for await (const piece of pieces) await this.#write(piece);
    await this.#write('\n');
  }

  /** Words of the result without an end of the line of their own; nothing with `--json`. */
  async printRaw(text: string): Promise<void> {
    if (!this.json && text !== '') await this.#write(text);
  }

  async #write(text: string): Promise<void> {
    const { stdout } = this.streams;
    if (!stdout.write(text)) await once(stdout, 'drain');
  }

  /** Words of the result that come before its end; nothing with `--json`. */
  print(text: string): void {
    if (!this.json && text !== '') this.streams.stdout.write(`${text}\n`);
  }

  /** Progress and notices: to stderr, whatever the form of the result. */
  note(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }

  /** A notice that is broken between words where stderr is a terminal. */
  noteProse(text: string): void {
    this.note(this.live ? wrap(text, this.terminalSize.columns).join('\n') : text);
  }

  /** Raw text on stderr for a live table. */
  draw(text: string): void {
    this.streams.stderr.write(text);
  }

  /** What went wrong: in words on stderr and, with `--json`, as the document. */
  error(report: ErrorReport, cause: unknown, alreadySaid: boolean): void {
    if (!alreadySaid) {
      const { red, dim } = this.noteStyle;
      this.noteProse(`${red('error:')} ${report.message}`);
      if (report.hint !== undefined) this.noteProse(`${dim('hint:')} ${report.hint}`);
    }
    if (this.verbose && cause instanceof Error) this.note(this.noteStyle.dim(stackOf(cause)));
    if (this.json && !this.#documentWritten) {
      const { type, message, hint, details } = report;
      this.result({ error: { type, message, ...(hint && { hint }) }, ...details }, () => '');
    }
  }
}

function stackOf(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../../logging/logger.js';
import { createMasker } from '../../../logging/masking.js';
import { jsonOf, quoted } from '../../predictions/json-parts.js';
import { LineFile } from './line-file.js';

/** Characters that wait for a slow disk before lines are left out. */
const MOST_WAITING = 4 * 1024 * 1024;
/** After an error, before the file is opened anew. */
const RETRY_MS = 1_000;
const LONGEST_PATH = 256;

/** One line a request, as JSON, without query and body. */
export interface AccessLine {
  /** Wall clock, RFC 3339. */
  readonly at: string;
  readonly protocol: 'http' | 'grpc';
  readonly method: string;
  readonly path: string;
  readonly status: number | string;
  readonly ms: number;
  readonly from: string;
  /** The key or token that called; `null` for strangers. */
  readonly who: string | null;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly model?: string;
  readonly version?: number;
  readonly rows?: number;
  /** It was a test: not in the prediction log. */
  readonly test?: true;
  readonly traceId?: string;
}

/** Paths whose masked form is kept: to look for secrets in one takes longer than to write the line. */
const MOST_KEPT_PATHS = 256;

/** Where lines go: the file, or the standard error stream. */
type Place = Pick<LineFile, 'append' | 'close'>;

/**
 * Writes what was asked, beside the answers: they never wait for it. The lines of one turn of the event
 * loop, and those that come during a write, are written together. Lines that cannot be written are lost
 * and counted, in the log and in the next line that can be; it goes on as soon as it can.
 */
export class AccessLog {
  readonly #place: Place;
  readonly #mask = createMasker(process.env);
  readonly #maskedPaths = new Map<string, string>();
  readonly #closing = new AbortController();
  #gathered = '';
  #lines = 0;
  #leftOut = 0;
  /** Of those that were left out, as many as the gathered lines tell of. */
  #told = 0;
  #writing: Promise<void> | null = null;
  #isFailing = false;

  /**
   * @param file - `-` for the standard error stream, else a file that is appended to
   * @param retryMs - pause after an error
   */
  constructor(
    private readonly file: string,
    private readonly logger: Logger,
    private readonly retryMs = RETRY_MS,
  ) {
    this.#place = file === '-' ? new ErrorStream() : new LineFile(file);
    // One that cannot be written is told of at the start, not with the first request.
    this.#writing = this.#drain('');
  }

  write(line: AccessLine): void {
    if (this.#gathered.length > MOST_WAITING) {
      this.#leftOut += 1;
      return;
    }
    if (this.#gathered === '') setImmediate(() => this.#flush());
    const { at, protocol, method, path, status, ms, from, who } = line;
    const { bytesIn, bytesOut, model, version, rows, test, traceId } = line;
    // By hand, as it is done for each request; what a client chose goes through JSON.
    let text = `{"at":"${at}","protocol":"${protocol}","method":${quoted(method)}`;
    text += `,"path":${quoted(this.#maskedPath(path))},"status":${jsonOf(status)},"ms":${ms}`;
    text += `,"from":${quoted(from)},"who":${jsonOf(who)}`;
    if (bytesIn !== undefined) text += `,"bytesIn":${jsonOf(bytesIn)}`;
    if (bytesOut !== undefined) text += `,"bytesOut":${jsonOf(bytesOut)}`;
    if (model !== undefined) text += `,"model":${quoted(model)}`;
    if (version !== undefined) text += `,"version":${version}`;
    if (rows !== undefined) text += `,"rows":${rows}`;
    if (test === true) text += ',"test":true';
    if (traceId !== undefined) text += `,"traceId":"${traceId}"`;
    if (this.#leftOut > 0) text += `,"leftOut":${this.#leftOut}`;
    this.#told += this.#leftOut;
    this.#leftOut = 0;
    this.#lines += 1;
    this.#gathered += `${text}}\n`;
  }

  /** What is gathered is written, or tried to be, for the last time. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
    this.#flush();
    await this.#writing;
    await this.#place.close();
  }

  #flush(): void {
    if (this.#gathered !== '') this.#writing ??= this.#drain(this.#take());
  }

  #take(): string {
    const text = this.#gathered;
    this.#gathered = '';
    return text;
  }

  async #drain(first: string): Promise<void> {
    for (let text = first; ; text = this.#take()) {
      const [lines, told] = [this.#lines, this.#told];
      this.#lines = 0;
      this.#told = 0;
      try {
        await this.#place.append(text);
        if (this.#isFailing) this.logger.info(`the access log ${this.file} is written again`);
        this.#isFailing = false;
      } catch (error) {
        this.#leftOut += lines + told;
        await this.#rest(error);
      }
      if (this.#gathered === '') break;
    }
    // Within the turn in which nothing was left: a line that comes later begins anew.
    this.#writing = null;
  }

  async #rest(error: unknown): Promise<void> {
    const { file, logger, retryMs } = this;
    if (!this.#isFailing) logger.error({ err: error, file }, 'the access log cannot be written');
    this.#isFailing = true;
    const { signal } = this.#closing;
    await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }

  #maskedPath(path: string): string {
    const kept = this.#maskedPaths.get(path);
    if (kept !== undefined) return kept;
    const shown = path.slice(0, LONGEST_PATH);
    const masked = this.#mask.text(shown);
    if (shown === path) {
      if (this.#maskedPaths.size >= MOST_KEPT_PATHS) this.#maskedPaths.clear();
      this.#maskedPaths.set(path, masked);
    }
    return masked;
  }
}

class ErrorStream implements Place {
  constructor() {
    // The write tells of it as well.
    process.stderr.on('error', ignore);
  }

  append(lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stderr.write(lines, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    process.stderr.off('error', ignore);
  }
}

function ignore(): void {}

/** Tells the log of every request but those for predictions, once it is answered. */
export function logRequests(app: FastifyInstance, log: AccessLog | null): void {
  if (log === null) return;
  app.addHook('onResponse', (request, reply, done) => {
    const { span, caller } = request;
    const [path = ''] = request.url.split('?', 1);
    log.write({
      at: new Date().toISOString(),
      protocol: 'http',
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 1_000) / 1_000,
      from: request.ip,
      who: caller?.name ?? null,
      bytesIn: Number(request.headers['content-length'] ?? 0),
      bytesOut: Number(reply.getHeader('content-length') ?? 0),
      ...(span && { traceId: span.context.traceId }),
    });
    done();
  });
}

import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../../logging/logger.js';
import { createMasker } from '../../../logging/masking.js';
import { jsonOf, quoted } from '../../predictions/json-parts.js';

/** Bytes that wait for a slow disk before lines are left out. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
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
  readonly traceId?: string;
}

/** Paths whose masked form is kept: to look for secrets in one takes longer than to write the line. */
const MOST_KEPT_PATHS = 256;

/**
 * Writes what was asked, beside the answers: they never wait for it. The lines of one turn of the event
 * loop are written together, as each write is handed to another thread.
 */
export class AccessLog {
  readonly #stream: Writable;
  readonly #mask = createMasker(process.env);
  readonly #maskedPaths = new Map<string, string>();
  #gathered = '';
  #leftOut = 0;

  /** @param place - `-` for the standard error stream, else a file that is appended to */
  constructor(
    private readonly place: string,
    logger: Logger,
  ) {
    this.#stream =
      place === '-' ? process.stderr : createWriteStream(place, { flags: 'a', mode: 0o600 });
    this.#stream.on('error', (error) =>
      logger.error({ err: error, file: place }, 'the access log cannot be written'),
    );
  }

  write(line: AccessLine): void {
    if (this.#stream.writableLength + this.#gathered.length > MOST_WAITING_BYTES) {
      this.#leftOut += 1;
      return;
    }
    if (this.#gathered === '') setImmediate(() => this.#flush());
    const { at, protocol, method, path, status, ms, from, who } = line;
    const { bytesIn, bytesOut, model, version, rows, traceId } = line;
    // By hand, as it is done for each request; what a client chose goes through JSON.
    let text = `{"at":"${at}","protocol":"${protocol}","method":${quoted(method)}`;
    text += `,"path":${quoted(this.#maskedPath(path))},"status":${jsonOf(status)},"ms":${ms}`;
    text += `,"from":${quoted(from)},"who":${jsonOf(who)}`;
    if (bytesIn !== undefined) text += `,"bytesIn":${jsonOf(bytesIn)}`;
    if (bytesOut !== undefined) text += `,"bytesOut":${jsonOf(bytesOut)}`;
    if (model !== undefined) text += `,"model":${quoted(model)}`;
    if (version !== undefined) text += `,"version":${version}`;
    if (rows !== undefined) text += `,"rows":${rows}`;
    if (traceId !== undefined) text += `,"traceId":"${traceId}"`;
    if (this.#leftOut > 0) text += `,"leftOut":${this.#leftOut}`;
    this.#leftOut = 0;
    this.#gathered += `${text}}\n`;
  }

  close(): Promise<void> {
    this.#flush();
    if (this.place === '-') return Promise.resolve();
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #flush(): void {
    if (this.#gathered === '') return;
    this.#stream.write(this.#gathered);
    this.#gathered = '';
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

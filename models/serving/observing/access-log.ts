import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../../logging/logger.js';
import { createMasker } from '../../../logging/masking.js';

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

/** Writes what was asked, beside the answers: they never wait for it. */
export class AccessLog {
  readonly #stream: Writable;
  readonly #mask = createMasker(process.env);
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
    if (this.#stream.writableLength > MOST_WAITING_BYTES) {
      this.#leftOut += 1;
      return;
    }
    const leftOut = this.#leftOut === 0 ? undefined : this.#leftOut;
    this.#leftOut = 0;
    const path = this.#mask.text(line.path.slice(0, LONGEST_PATH));
    this.#stream.write(`${JSON.stringify({ ...line, path, leftOut })}\n`);
  }

  close(): Promise<void> {
    if (this.place === '-') return Promise.resolve();
    return new Promise((resolve) => this.#stream.end(resolve));
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

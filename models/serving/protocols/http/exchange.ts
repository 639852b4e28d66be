import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../../../logging/logger.js';
import { answerTo, logFailure } from '../../http-error.js';
import { endUnread } from './end-unread.js';
import { JSON_TYPE, type PredictionReply } from './prediction-request.js';

/** One request for predictions and its answer: one is sent, and it is told once how that ended. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #onEnded: (status: number, bytesOut: number) => void;
  #status = 0;
  #bytesOut = 0;

  /** @param onEnded - told once there is an answer and nothing more of it is to be sent */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    onEnded: (status: number, bytesOut: number) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#onEnded = onEnded;
    // Comes for every answer, also where the client has gone.
    response.on('close', () => {
      if (this.#status !== 0) this.#end();
    });
  }

  /** Done once nothing more of the answer is to be sent: at once where the client has gone already. */
  onClose(work: () => void): void {
    if (this.#response.closed) work();
    else this.#response.on('close', work);
  }

  /** @param isLast - the connection is ended with it */
  reply({ body, type, headers }: PredictionReply, isLast: boolean): void {
    const all = ['content-type', type, ...headers];
    if (isLast) all.push('connection', 'close');
    this.#send(200, body, all);
  }

  refuse(error: unknown, logger: Logger): void {
    const { status, message, retryAfter } = answerTo(error);
    const { method = '', url = '', complete } = this.#request;
    logFailure(logger, error, { method, url, status });
    const headers: (string | number)[] = ['content-type', JSON_TYPE];
    if (status === 401) headers.push('www-authenticate', 'Bearer');
    if (retryAfter !== null) headers.push('retry-after', retryAfter);
    // What a refused client still sends is not read.
    if (!complete) headers.push('connection', 'close');
    this.#send(status, JSON.stringify({ error: message }), headers);
  }

  #send(status: number, body: string | Buffer, headers: (string | number)[]): void {
    const response = this.#response;
    this.#status = status;
    this.#bytesOut = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    headers.push('content-length', this.#bytesOut);
    // A client that has gone has closed its answer before there was one.
    if (response.closed) {
      this.#end();
      return;
    }
    response.writeHead(status, headers as string[]);
    if (typeof body === 'string' && !this.#request.complete) {
      endUnread(this.#request, response, body);
    } else response.end(body);
  }

  #end(): void {
    this.#onEnded(this.#status, this.#bytesOut);
  }
}

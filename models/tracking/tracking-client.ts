import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { TrackingTarget } from './target.js';
import { withinTime } from './time-limit.js';
import { errorOfAnswer, errorOfSilence } from './tracking-error.js';

/** A server that has not answered a small question by then is taken for away, in ms. */
const ANSWER_MS = 30_000;
/** Bytes a second below which an upload is given up. */
const SLOWEST_UPLOAD = 256 * 1024;

/** A file to be sent, of a size that is known. */
export interface Upload {
  readonly path: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** MLflow's REST API, one call a time. Errors are `TrackingRefusal` or `ServiceUnavailable`. */
export class TrackingClient {
  readonly #target: TrackingTarget;
  readonly #signal: AbortSignal;

  /** @param signal - ends every call */
  constructor(target: TrackingTarget, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  /** @param path - below `/api/2.0/mlflow/` */
  get<Answer>(
    what: string,
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const search = new URLSearchParams(query);
    return this.#json(what, `/api/2.0/mlflow/${path}?${search}`, { method: 'GET' });
  }

  send<Answer>(
    what: string,
    path: string,
    body: unknown,
    method: 'POST' | 'DELETE' | 'PATCH' = 'POST',
  ): Promise<Answer> {
    return this.#json(what, `/api/2.0/mlflow/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Streams a file to a path of the server's artifact store. */
  async upload(
    what: string,
    path: string,
    { path: file, bytes, mediaType }: Upload,
  ): Promise<void> {
    const content = createReadStream(file);
    const limitMs = ANSWER_MS + Math.ceil((bytes / SLOWEST_UPLOAD) * 1_000);
    const place = path.split('/').map(encodeURIComponent).join('/');
    try {
      await this.#call(
        what,
        `/api/2.0/mlflow-artifacts/artifacts/${place}`,
        {
          method: 'PUT',
          // With the length, so that the server does not read a body in chunks into memory.
          headers: { 'content-type': mediaType, 'content-length': String(bytes) },
          body: Readable.toWeb(content) as ReadableStream,
          duplex: 'half',
        },
        limitMs,
      );
    } finally {
      content.destroy();
    }
  }

  async #json<Answer>(what: string, path: string, init: RequestInit): Promise<Answer> {
    const text = await this.#call(what, path, init, ANSWER_MS);
    try {
      return JSON.parse(text === '' ? '{}' : text) as Answer;
    } catch (error) {
      throw errorOfSilence(this.#target.name, what, error);
    }
  }

  async #call(
    what: string,
    path: string,
    init: RequestInit & { duplex?: 'half' },
    limitMs: number,
  ): Promise<string> {
    const { name, authorization } = this.#target;
    let status: number;
    let text: string;
    try {
      [status, text] = await withinTime(limitMs, this.#signal, async (signal) => {
        const answer = await fetch(`${name}${path}`, {
          ...init,
          redirect: 'error',
          headers: {
            ...init.headers,
            ...(authorization !== null && { authorization }),
          },
          signal,
        });
        return [answer.status, await answer.text()];
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw errorOfSilence(name, what, error);
    }
    if (status < 200 || status > 299) throw errorOfAnswer(name, what, status, text);
    return text;
  }
}

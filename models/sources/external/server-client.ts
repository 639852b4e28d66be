import { MillraceError } from '../../../contracts/index.js';
import { ServerFault, tooSlow, unfitAnswer, unreachable } from '../server-fault.js';

/** Of one answer; more is not read. */
const MOST_ANSWER_BYTES = 64 * 2 ** 20;
const SHOWN_CHARACTERS = 300;

export interface ServerClientOptions {
  /** For errors: `version 3 of coffee`. */
  readonly name: string;
  /** Where the server is now. @throws ServerFault where it is nowhere */
  readonly address: () => string;
  readonly timeoutMs: number;
  /** Bearer token; `null`: none is sent. */
  readonly token: string | null;
}

/** Asks a server over HTTP, and says in millrace's words what went wrong. */
export class ServerClient {
  readonly #options: ServerClientOptions;

  constructor(options: ServerClientOptions) {
    this.#options = options;
  }

  /**
   * @returns the parsed JSON of its 200
   * @throws ServerFault where it did not answer, answered 5xx or no JSON; MillraceError `InvalidInput`
   * where it refuses the request
   */
  async post(path: string, body: object, signal?: AbortSignal): Promise<unknown> {
    const { name } = this.#options;
    const { status, text, retryAfter } = await this.#fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    });
    if (status === 200) {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw unfitAnswer(name, `answered what is no JSON: ${cut(text)}`, 'answered no JSON');
      }
    }
    if (status === 400 || status === 422) {
      throw new MillraceError(
        'InvalidInput',
        `the server of ${name} refuses the rows: ${cut(text)}`,
        'check the values; or the signature that it was registered with',
      );
    }
    throw new ServerFault(
      status >= 500 || status === 429 ? 503 : 502,
      `the server of ${name} answered ${status}: ${cut(text)}`,
      'its own log says more',
      retryAfter,
      {
        answered: status,
        told: `the server of ${name} answered ${status}; send the request again in a moment`,
      },
    );
  }

  /** Whether the server says that it can be asked. */
  async isReady(path: string): Promise<boolean> {
    try {
      return (await this.#fetch(path, {})).status === 200;
    } catch {
      return false;
    }
  }

  async #fetch(
    path: string,
    init: RequestInit & { readonly headers?: Record<string, string> },
  ): Promise<{ readonly status: number; readonly text: string; readonly retryAfter?: number }> {
    const { name, address, timeoutMs, token } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signals = init.signal == null ? [timeout] : [timeout, init.signal];
    try {
      const answer = await fetch(`${address().replace(/\/$/, '')}${path}`, {
        ...init,
        headers: { ...init.headers, ...(token !== null && { authorization: `Bearer ${token}` }) },
        redirect: 'error',
        signal: AbortSignal.any(signals),
      });
      const seconds = Number(answer.headers.get('retry-after'));
      return {
        status: answer.status,
        text: await textOf(answer, name),
        ...(Number.isFinite(seconds) && seconds >= 1 && { retryAfter: Math.ceil(seconds) }),
      };
    } catch (error) {
      init.signal?.throwIfAborted();
      if (error instanceof MillraceError) throw error;
      throw timeout.aborted ? tooSlow(name, timeoutMs) : unreachable(name, error);
    }
  }
}

async function textOf(answer: Response, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      throw unfitAnswer(name, `answered more than ${MOST_ANSWER_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line || 'nothing';
}

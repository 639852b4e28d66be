import {
  isMillraceError,
  MillraceError,
  type RetrainRequest,
  type RollbackRequest,
} from '../contracts/index.js';
import { connectTemporal, type TemporalClient, type TemporalConnectOptions } from './connection.js';
import { signalModel } from './signal-model.js';

/** Longest wait for a server that is connected to keep a request. */
const SEND_TIMEOUT_MS = 5_000;

/** Signals models over a connection that is made with the first signal, and again after a failure. */
export class ModelSignaller {
  readonly #options: TemporalConnectOptions;
  #temporal: Promise<TemporalClient> | null = null;

  constructor(options: TemporalConnectOptions = {}) {
    this.#options = options;
  }

  /** @throws MillraceError `ServiceUnavailable` when the server has not said that it keeps the request */
  async send(model: string, request: RetrainRequest | RollbackRequest): Promise<void> {
    this.#temporal ??= connectTemporal(this.#options);
    const temporal = this.#temporal;
    try {
      const { client } = await temporal;
      await client.withDeadline(Date.now() + SEND_TIMEOUT_MS, () =>
        signalModel(client, model, request),
      );
    } catch (cause) {
      if (this.#temporal === temporal) this.#temporal = null;
      await end(temporal);
      throw notKept(cause);
    }
  }

  async close(): Promise<void> {
    if (this.#temporal !== null) await end(this.#temporal);
    this.#temporal = null;
  }
}

async function end(temporal: Promise<TemporalClient>): Promise<void> {
  // Where connecting failed there is nothing to close.
  await temporal.then(({ connection }) => connection.close()).catch(() => undefined);
}

function notKept(cause: unknown): MillraceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const known = isMillraceError(cause) && cause.hint !== undefined ? `${cause.hint}; then ` : '';
  return new MillraceError(
    'ServiceUnavailable',
    `the signal was not passed on: ${reason}`,
    `${known}send the same event again: it is acted on once`,
    { cause },
  );
}

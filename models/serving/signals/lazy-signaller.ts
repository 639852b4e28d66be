import type { RetrainRequest, RollbackRequest } from '../../../contracts/index.js';
import type { SignalSender } from './ports.js';

/** A way to the workflows that is closed once nobody needs it. */
export interface OpenSignaller extends SignalSender {
  close(): Promise<void>;
}

/** Loads Temporal's client with the first signal, if not before: most gateways never pass one on. */
export class LazySignaller implements OpenSignaller {
  readonly #open: () => Promise<OpenSignaller>;
  #opened: Promise<OpenSignaller> | null = null;

  constructor(open: () => Promise<OpenSignaller>) {
    this.#open = open;
  }

  /** Once; later calls are given what the first one loaded. */
  async load(): Promise<void> {
    await this.#signaller();
  }

  async send(model: string, request: RetrainRequest | RollbackRequest): Promise<void> {
    await (await this.#signaller()).send(model, request);
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }

  #signaller(): Promise<OpenSignaller> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      // The next signal tries again.
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }
}

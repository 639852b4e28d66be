import type { Outages } from './outages.js';
import type { SourceCheckpoint, StreamBatch, StreamSource } from './ports.js';

/**
 * A source that is opened anew, after what is on disk already, where it was away for a moment. Opening
 * it for the first time is not tried again: an address that is wrong is told at once.
 */
export class SteadySource implements StreamSource {
  readonly identity: string;
  /** Of the last batch that is done. */
  #checkpoint: SourceCheckpoint | null = null;

  constructor(
    private readonly source: StreamSource,
    private readonly outages: Outages,
  ) {
    this.identity = source.identity;
  }

  async open(checkpoint: SourceCheckpoint | null): Promise<void> {
    this.#checkpoint = checkpoint;
    await this.source.open(checkpoint);
  }

  async next(most: number, signal: AbortSignal): Promise<StreamBatch | null> {
    for (;;) {
      try {
        const batch = await this.source.next(most, signal);
        this.outages.over();
        return batch;
      } catch (error) {
        await this.#reopen(error);
      }
    }
  }

  /** What the source was not told of is in the checkpoint by which it is opened anew. */
  async done(batch: StreamBatch): Promise<void> {
    this.#checkpoint = batch.checkpoint;
    try {
      await this.source.done(batch);
    } catch (error) {
      await this.#reopen(error);
    }
  }

  async close(): Promise<void> {
    await this.source.close();
  }

  async #reopen(first: unknown): Promise<void> {
    let error = first;
    for (;;) {
      await this.outages.sitOut(error);
      try {
        await this.source.close();
        await this.source.open(this.#checkpoint);
        this.outages.back();
        return;
      } catch (again) {
        error = again;
      }
    }
  }
}

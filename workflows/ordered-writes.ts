import type { LedgerDraft } from '../monitoring/policy/index.js';
import { jsonBytes } from './json-bytes.js';

/** So many lines are written together; it keeps the transaction of the registry short. */
const MOST_LINES = 500;
/** A server refuses an input of more than 2 MB; a line that is larger alone goes alone. */
const MOST_BYTES = 1_000_000;

/** Lines that are written together. */
interface Batch {
  readonly lines: LedgerDraft[];
  bytes: number;
}

/**
 * Writes to the registry one after the other, in the order in which they were decided. Ledger lines
 * that come while another write is under way are written together: one at a time they would hold a
 * model to a few requests a second, however fast these are decided.
 */
export class OrderedWrites {
  #last: Promise<void> = Promise.resolve();
  #linesToWrite = 0;
  /** The last in the order, as long as it has not begun. */
  #open: Batch | null = null;

  /** @param append - must not fail */
  constructor(private readonly append: (lines: readonly LedgerDraft[]) => Promise<void>) {}

  /** Ends when everything has been written that was asked for before; never fails. */
  get allBefore(): Promise<void> {
    return this.#last;
  }

  /** Lines that were asked for and are not written yet. */
  get linesToWrite(): number {
    return this.#linesToWrite;
  }

  /**
   * Gives no promise of its own: the SDK notes where each promise in a workflow was made, and of a
   * burst of requests that would be most of the work.
   */
  line(line: LedgerDraft): void {
    this.#linesToWrite += 1;
    const bytes = jsonBytes(line);
    const open = this.#open;
    if (open === null || open.lines.length >= MOST_LINES || open.bytes + bytes > MOST_BYTES) {
      this.#begin({ lines: [line], bytes });
      return;
    }
    open.lines.push(line);
    open.bytes += bytes;
  }

  /** One write that fails does not hold back those after it. */
  inOrder(write: () => Promise<void>): Promise<void> {
    this.#open = null;
    const written = this.#last.then(write);
    this.#last = written.catch(() => undefined);
    return written;
  }

  #begin(batch: Batch): void {
    void this.inOrder(async () => {
      if (this.#open === batch) this.#open = null;
      await this.append(batch.lines);
      this.#linesToWrite -= batch.lines.length;
    });
    this.#open = batch;
  }
}

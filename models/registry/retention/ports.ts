import type { Pin } from '../../../contracts/index.js';

/** Which runs keep what they made. */
export interface Retained {
  /** Runs that ended before this are out of the retention time; RFC 3339. */
  readonly since: string;
}

export interface RetentionReader {
  /** Newest first. */
  pins(): Promise<readonly Pin[]>;
  /** Ids of the runs that a collection leaves whole: young, under way, pinned, or of a version. */
  retainedRuns(retained: Retained): Promise<ReadonlySet<string>>;
  /** Cache entries that a collection would remove. */
  countStaleEntries(retained: Retained): Promise<number>;
  /**
   * Every text of the registry that may name an artifact which a collection must leave: of all tables,
   * but of runs only the retained ones' steps and cache entries.
   */
  referringTexts(retained: Retained): AsyncIterable<string>;
  /** When the oldest run began that is under way; `null` without one. */
  oldestRunUnderWay(): Promise<string | null>;
}

export interface RetentionBook extends RetentionReader {
  putPin(pin: Pin): Promise<void>;
  removePin(subject: string): Promise<void>;
  /**
   * Forgets the results that no retained run made or found again, in one transaction: from then on
   * none of them can be found.
   *
   * @returns how many
   */
  forgetStaleEntries(retained: Retained): Promise<number>;
}

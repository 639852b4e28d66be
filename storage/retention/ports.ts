/** What the collector asks of whoever knows what is needed. */
export interface NeededFiles {
  /** Ids of the runs that keep all they made. */
  retainedRuns(): Promise<ReadonlySet<string>>;
  /**
   * Forgets the cached results that no retained run made or found, so that none is found from then on;
   * in a dry run only counts them.
   */
  forgetStaleResults(): Promise<number>;
  /** Texts in which the digests of all needed files stand. */
  texts(): AsyncIterable<string>;
  /** When the oldest run began that is under way, RFC 3339; `null` without one. */
  oldestRunUnderWay(): Promise<string | null>;
}

export interface CollectorPlaces {
  readonly artifactsDir: string;
  readonly logsDir: string;
  readonly workDir: string;
}

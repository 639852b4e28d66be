/** One record of a stream. */
export interface StreamRecord {
  /** Where it stands in its source: the same whenever it is read. */
  readonly position: string;
  /** The same as a person finds it, where the position does not say it. */
  readonly where?: string;
  /** JSON of one object. */
  readonly text: string;
  /** The source does not say of what kinds its values are: all are texts. */
  readonly isPlain?: boolean;
}

/** Some records, and what has to be remembered once their predictions are safe. */
export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  /** Given back to {@link StreamSource.open} when the stream is taken up again. */
  readonly checkpoint: SourceCheckpoint;
}

/** What a source needs to go on: JSON of its own. */
export type SourceCheckpoint = { readonly [name: string]: string | number | readonly string[] };

/** Where records come from: a file that grows, a broker. */
export interface StreamSource {
  /** Names the source: with a position it is the whole name of a record. */
  readonly identity: string;
  /** Goes on after what the checkpoint says, `null`: from the beginning. */
  open(checkpoint: SourceCheckpoint | null): Promise<void>;
  /**
   * The next records, as soon as there is one; `null` once there is none and none is waited for.
   * @throws the signal's reason when it is aborted meanwhile
   */
  next(most: number, signal: AbortSignal): Promise<StreamBatch | null>;
  /** The batch's predictions and its checkpoint are on disk. */
  done(batch: StreamBatch): Promise<void>;
  close(): Promise<void>;
}

/** Where predictions go, a line each. */
export interface StreamSink {
  /**
   * Takes away what was written after this mark; `null`: nothing, for it is not of this stream.
   * @returns the mark that it stands at
   */
  open(mark: number | null): Promise<number>;
  /**
   * Writes whole lines; they are safe when it returns.
   * @returns the mark after them
   */
  write(lines: string): Promise<number>;
  close(): Promise<void>;
}

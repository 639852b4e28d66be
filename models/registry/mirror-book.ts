/** Something of the registry that an outside tracker has yet to be told of. */
export interface MirrorMark {
  /** Which tracker: its address, without credentials. */
  readonly target: string;
  /** `run/<id>`, `model/<name>`, `window/<model>/<start>/<end>`. */
  readonly subject: string;
  /** Counts how often it changed while it waited. */
  readonly revision: number;
  /** Since when it waits: wall clock, RFC 3339. */
  readonly markedAt: string;
  /** Why the tracker did not take it; `null` while it is to be tried. */
  readonly refused: string | null;
}

/** What is known of one thing that was written to a tracker. */
export interface MirroredItem {
  /** `writing`: it was begun, and whether it arrived is not known. */
  readonly state: 'writing' | 'written';
  /** Of what was written. */
  readonly digest: string;
  /** What the tracker calls it; `null` where it gave no name. */
  readonly remote: string | null;
}

/**
 * The mirror's bookkeeping: what waits, and how far it is. Every call is idempotent and survives a
 * power cut.
 */
export interface MirrorBook {
  /**
   * Puts subjects in line; one that waits already keeps its place, and is tried again if it was
   * refused.
   *
   * @returns whether nothing that is to be tried was waiting before: then nobody is at it
   */
  mark(target: string, subjects: readonly string[]): Promise<boolean>;
  /** What is to be tried, in line; at most `limit`. */
  marks(target: string, limit: number): Promise<readonly MirrorMark[]>;
  /**
   * Takes a mark away unless the subject has changed since it was read.
   * @returns whether anything that is to be tried still waits
   */
  clear(mark: MirrorMark): Promise<boolean>;
  /**
   * Keeps a mark with the reason that the tracker gave, unless the subject has changed since.
   * @returns whether anything that is to be tried still waits
   */
  refuse(mark: MirrorMark, reason: string): Promise<boolean>;
  item(target: string, key: string): Promise<MirroredItem | null>;
  /** By key, of those whose key begins so. */
  items(target: string, prefix: string): Promise<ReadonlyMap<string, MirroredItem>>;
  putItem(target: string, key: string, item: MirroredItem): Promise<void>;
}

import type {
  AliasRecord,
  ApprovalStatus,
  LedgerEntry,
  Retirement,
  StageStretch,
  TagRecord,
  VersionReference,
  VersionStatus,
} from '../../../contracts/index.js';

/** Where a version stands, and the number by which a change says what it has seen. */
export interface VersionState {
  readonly status: VersionStatus;
  readonly approval: ApprovalStatus;
  readonly revision: number;
}

/** What is kept of versions besides what they are made of. */
export interface LifeReader {
  /** Every alias that points to a version, `champion` too, by name. */
  aliases(model: string): Promise<readonly AliasRecord[]>;
  /** By version, the model's own first, then by name. */
  tags(model: string): Promise<readonly TagRecord[]>;
  /** Notes on the model and its versions, oldest first: each is the reason of its ledger line. */
  notes(model: string): Promise<readonly LedgerEntry[]>;
  /** Which version was in production when, oldest first. */
  stages(model: string): Promise<readonly StageStretch[]>;
  state(model: string, version: number): Promise<VersionState | null>;
  /** What rests on a version; what keeps it from being archived or deleted first. */
  references(model: string, version: number): Promise<readonly VersionReference[]>;
  /** How far a model is out of use; `null`: nobody ever retired it. */
  retirement(model: string): Promise<Retirement | null>;
}

/** One change of status or approval with its ledger line: one SQL transaction. */
export interface VersionChange {
  readonly model: string;
  readonly version: number;
  /** The one that was seen; nothing is changed where it has moved on. */
  readonly revision: number;
  readonly status: VersionStatus;
  readonly approval: ApprovalStatus;
  /** Nothing is changed while an alias points to the version. */
  readonly unlessAliased: boolean;
  readonly ledger: LedgerEntry;
}

/** One move of an alias other than the champion with its ledger line: one SQL transaction. */
export interface NamedAliasMove {
  readonly model: string;
  readonly alias: string;
  /** `null` takes it away. */
  readonly version: number | null;
  /** Expected to be the alias's present number + 1 (1 for the first). */
  readonly number: number;
  readonly ledger: LedgerEntry;
}

/** Writes of the life of versions. Every call is idempotent by the key of its ledger line. */
export interface LifeBook extends LifeReader {
  line(model: string, key: string): Promise<LedgerEntry | null>;
  /** @returns whether it was made, now or by an earlier delivery */
  change(change: VersionChange): Promise<boolean>;
  /** Number of the alias's newest move; 0 where there was none. */
  aliasNumber(model: string, alias: string): Promise<number>;
  /** @returns whether it was made, now or by an earlier delivery */
  moveAlias(move: NamedAliasMove): Promise<boolean>;
  /**
   * Sets tags, or takes them away by `null`; of two acts on one tag the later one stands.
   *
   * @param version - `null`: of the model itself
   */
  putTags(
    version: number | null,
    tags: { readonly [tag: string]: string | null },
    ledger: LedgerEntry,
  ): Promise<void>;
  putRetirement(retirement: Retirement, ledger: LedgerEntry): Promise<void>;
  /**
   * Which of these files something refers to besides a version and the run that made it.
   *
   * @param digests - SHA-256, in hexadecimal
   * @returns why each of those must stay
   */
  keptFiles(
    model: string,
    version: number,
    runId: string,
    digests: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
}

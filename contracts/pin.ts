/**
 * What garbage collection leaves in place: a run with all that it made, or one artifact. Versions of
 * models need no pin.
 */
export interface Pin {
  /** `run/<id>` or `artifact/<sha256>`. */
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
  /** Wall clock, RFC 3339. */
  readonly at: string;
}

/** A pin that a person sets or takes away. */
export interface PinChange extends Omit<Pin, 'at'> {
  readonly kind: 'set' | 'remove';
}

/** Input of the workflow `collectGarbage`. */
export interface CollectGarbage {
  /** Runs that ended longer ago are out of the retention time. */
  readonly keepMs: number;
  readonly dryRun: boolean;
}

/** What a collection removed, or in a dry run would. */
export interface Collected {
  readonly dryRun: boolean;
  /** Runs that ended before this are out of the retention time; RFC 3339. */
  readonly keepSince: string;
  readonly artifacts: number;
  readonly logs: number;
  readonly workDirectories: number;
  readonly cacheEntries: number;
  readonly freedBytes: number;
  readonly keptArtifacts: number;
  readonly keptBytes: number;
}

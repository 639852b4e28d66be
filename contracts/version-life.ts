import type { LedgerEntry } from './model-state.js';
import type { AliasRecord, ApprovalStatus } from './records.js';

/**
 * What may be done with a version, apart from what people think of it (`ApprovalStatus`).
 *
 * - `deprecated`: serves where it serves, and is not chosen anew;
 * - `archived`: is out of use for good, and kept whole: it still exports, with the same digest;
 * - `deleted`: its files are gone; the row stays as a tombstone, so that the number is never used again.
 */
export const VERSION_STATUSES = [
  'pending',
  'ready',
  'failed',
  'deprecated',
  'archived',
  'deleted',
] as const;
export type VersionStatus = (typeof VERSION_STATUSES)[number];

/** Where a version stands on both axes. */
export interface VersionPlace {
  readonly status: VersionStatus;
  readonly approval: ApprovalStatus;
}

/** A tag as it stands: `key=value`, of a version or of the model itself. */
export interface TagRecord {
  readonly model: string;
  /** `null`: of the model itself. */
  readonly version: number | null;
  readonly tag: string;
  readonly value: string;
  readonly actor: string;
  /** Wall clock, RFC 3339. */
  readonly at: string;
}

/** A moment on both clocks. */
export interface StageTime {
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** Event time, RFC 3339. */
  readonly asOf: string;
}

/** One stretch in which a version, or none, was in production. */
export interface StageStretch {
  readonly model: string;
  /** Number of the transition that began it. */
  readonly transition: number;
  /** `null`: no version was in production. */
  readonly version: number | null;
  readonly from: StageTime;
  /** `null`: it is so now. */
  readonly until: StageTime | null;
  readonly action: LedgerEntry['action'];
  readonly actor: string;
  readonly reason: string;
}

/** Something that still rests on a version. */
export interface VersionReference {
  readonly kind:
    | 'champion'
    | 'alias'
    | 'route'
    | 'rollout'
    | 'repair'
    | 'run'
    | 'incident'
    | 'earlier-champion'
    | 'compared-with';
  /** One sentence. */
  readonly detail: string;
  /** Whether the version cannot be archived or deleted while this is so. */
  readonly blocks: boolean;
}

interface LifeActBase {
  /** Business key: the same act delivered twice is done once. */
  readonly requestId: string;
  readonly model: string;
  readonly actor: string;
  readonly reason: string;
  /** Wall clock at which it was asked for, RFC 3339. */
  readonly at: string;
}

/** What a person does to a version or a model in the registry; none moves the champion. */
export type LifeAct =
  | (LifeActBase & {
      readonly kind: 'tag';
      /** `null`: of the model itself. */
      readonly version: number | null;
      /** A value of `null` takes the tag away. */
      readonly tags: { readonly [tag: string]: string | null };
    })
  | (LifeActBase & { readonly kind: 'note'; readonly version: number | null })
  | (LifeActBase & {
      readonly kind: 'alias';
      readonly alias: string;
      /** `null` takes the alias away. */
      readonly version: number | null;
      /** What it must point to before; `null`: to nothing; absent: to anything. */
      readonly expect?: number | null;
    })
  | (LifeActBase & {
      readonly kind: 'approve' | 'reject' | 'deprecate' | 'archive' | 'restore' | 'delete';
      readonly version: number;
    });

/** What became of it. */
export interface LifeChange {
  readonly model: string;
  readonly version: number | null;
  /** Its line of the ledger; `null`: it was so already. */
  readonly ledger: LedgerEntry | null;
  /** Where the version stands now; `null` for an act on the model itself. */
  readonly standing: VersionPlace | null;
  readonly alias: AliasRecord | null;
  /** What rests on the version. */
  readonly references: readonly VersionReference[];
  /** Of a deletion: digests of files that were removed, and why others stay. */
  readonly files: {
    readonly removed: readonly string[];
    readonly kept: readonly { readonly sha256: string; readonly why: string }[];
  } | null;
}

/** Names of aliases that mean something already. */
export function isReservedAlias(alias: string): boolean {
  return alias === 'latest' || /^v?\d+$/.test(alias);
}

export const ALIAS_PATTERN = /^[a-z0-9]+([-_][a-z0-9]+)*$/;
export const TAG_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}$/;
export const LONGEST_TAG_VALUE = 5_000;

/** How far a model is out of use. */
export interface Retirement {
  readonly model: string;
  /** `retiring`: it is being stopped. `retired`: all is stopped. `returned`: it is in use again. */
  readonly status: 'retiring' | 'retired' | 'returned';
  readonly requestId: string;
  readonly actor: string;
  readonly reason: string;
  /** Schedules that were stopped for it, by pipeline. */
  readonly schedules: readonly string[];
  /** The version that was in production; `null`: none. */
  readonly version: number | null;
  /** Wall clock of the last change, RFC 3339. */
  readonly at: string;
}

/** Asks for a model to be taken out of use, or back into it: input of the workflow `retireModel`. */
export interface RetireRequest {
  readonly kind: 'retire' | 'return';
  readonly requestId: string;
  readonly model: string;
  readonly actor: string;
  readonly reason: string;
  /** Event time, RFC 3339. */
  readonly asOf: string;
}

/** What came of it. */
export interface RetireResult {
  readonly retirement: Retirement;
  /** Addresses of live gateways that still answer for the model; empty: none does. */
  readonly stillServedBy: readonly string[];
  /** What was done, one line a step, as the ledger has it. */
  readonly steps: readonly LedgerEntry[];
}

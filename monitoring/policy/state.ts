import type {
  ChampionRef,
  ChangeRequest,
  GuardSpec,
  LedgerEntry,
  RetrainRequest,
} from '../../contracts/index.js';

/** A switch of the champion that has begun and is not confirmed yet. */
export interface ChangeInFlight {
  readonly request: ChangeRequest;
  readonly from: ChampionRef | null;
  readonly to: number;
  /** Number of the transition that carries it out. */
  readonly transition: number;
}

export interface RetrainInFlight {
  readonly request: RetrainRequest;
  /** `null` until the child run has started. */
  readonly runId: string | null;
  /** Version that this run brought to production, if it did. */
  readonly promoted: number | null;
}

/**
 * Everything that `manageModel` knows about a model. Plain JSON: it is carried through
 * continue-as-new and rebuilt from the ledger when Temporal's database is lost.
 */
export interface ModelState {
  readonly model: string;
  /** Number of the newest transition in the ledger; 0 before the first. */
  readonly transition: number;
  readonly champion: ChampionRef | null;
  /** Earlier champions that a rollback may return to, newest first. */
  readonly earlier: readonly ChampionRef[];
  readonly change: ChangeInFlight | null;
  /** Requests that wait for the change in flight; rollbacks stand before deploys. */
  readonly waiting: readonly ChangeRequest[];
  readonly retrain: RetrainInFlight | null;
  /** Event times of automatic retrains, oldest first. */
  readonly retrains: readonly string[];
  /** Automatic retrains in a row that promoted nothing. */
  readonly ineffectiveRetrains: number;
  readonly paused: { readonly actor: string; readonly reason: string } | null;
  /** Guards of the champion's monitor; `null` where it has none. */
  readonly guards: GuardSpec | null;
  /** Requests seen lately, so that one delivered twice is acted on once. */
  readonly seen: readonly string[];
  readonly counts: MessageCounts;
}

/** received = acted + coalesced + held + refused + duplicate, once all is at rest. */
export interface MessageCounts {
  readonly received: number;
  readonly acted: number;
  readonly coalesced: number;
  readonly held: number;
  readonly refused: number;
  readonly duplicate: number;
}

export const EARLIER_CHAMPIONS_KEPT = 20;
export const SEEN_REQUESTS_KEPT = 500;
export const RETRAINS_KEPT = 100;

export function emptyState(model: string): ModelState {
  return {
    model,
    transition: 0,
    champion: null,
    earlier: [],
    change: null,
    waiting: [],
    retrain: null,
    retrains: [],
    ineffectiveRetrains: 0,
    paused: null,
    guards: null,
    seen: [],
    counts: { received: 0, acted: 0, coalesced: 0, held: 0, refused: 0, duplicate: 0 },
  };
}

/** A ledger line without its wall clock, which the activity that writes it adds. */
export type LedgerDraft = Omit<LedgerEntry, 'at'>;

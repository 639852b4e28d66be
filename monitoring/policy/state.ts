import type {
  Automation,
  ChampionRef,
  ChangeRequest,
  GuardSpec,
  LedgerEntry,
  PendingRequest,
  Repair,
  RetrainRequest,
} from '../../contracts/index.js';
import type { RolloutInFlight } from './rollout/rollout-state.js';

/** A switch of the champion that has begun and is not confirmed yet. */
export interface ChangeInFlight {
  readonly request: ChangeRequest;
  readonly from: ChampionRef | null;
  readonly to: number;
  /** Number of the transition that carries it out. */
  readonly transition: number;
  /** Wall clock until which it can be undone; absent: it is not to be undone. */
  readonly undoUntil?: string;
  /** Number under which the model's route is taken away with the transition. */
  readonly endsRoute?: number;
}

export interface RetrainInFlight {
  readonly request: RetrainRequest;
  /** `null` until the child run has started. */
  readonly runId: string | null;
  /** Version that this run brought to production, if it did. */
  readonly promoted: number | null;
  /** Version of this run whose promotion waits for a person or for the end of quiet hours. */
  readonly awaits?: number;
  /** A person took it back: its run is being cancelled. */
  readonly undone?: boolean;
}

/** A pause of what is automatic. */
export interface Pause {
  readonly actor: string;
  readonly reason: string;
  /** Wall clock, RFC 3339, at which it ends by itself; absent: when a person resumes. */
  readonly until?: string;
}

/** An action of medium risk, which a person may take back until its window ends. */
export type Undoable = {
  /** Key of the ledger line that it left. */
  readonly entryKey: string;
  /** Wall clock, RFC 3339. */
  readonly until: string;
} & (
  | {
      readonly what: 'promotion' | 'rollback';
      readonly from: number | null;
      readonly to: number;
    }
  | { readonly what: 'retrain'; readonly runId: string }
  | { readonly what: 'repair'; readonly repairKey: string }
);

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
  /** A version that is on its way to production, or a former one that is still held ready. */
  readonly rollout: RolloutInFlight | null;
  /** Number of the newest route of the model; 0 before the first. */
  readonly route: number;
  readonly retrain: RetrainInFlight | null;
  /** Event times of automatic retrains, oldest first. */
  readonly retrains: readonly string[];
  /** Automatic retrains in a row that promoted nothing. */
  readonly ineffectiveRetrains: number;
  readonly paused: Pause | null;
  /** Guards of the champion's monitor; `null` where it has none. */
  readonly guards: GuardSpec | null;
  /** How much happens by itself, as the champion's monitor says. */
  readonly automation: Automation;
  /** Requests that wait for a person or for the end of quiet hours, oldest first. */
  readonly pending: readonly PendingRequest[];
  /** Oldest first; those whose window has ended are dropped in passing. */
  readonly undoable: readonly Undoable[];
  /** Repairs in force. */
  readonly repairs: readonly Repair[];
  /** Keys of repairs that are being prepared. */
  readonly repairing: readonly string[];
  /** Requests seen lately, so that one delivered twice is acted on once. */
  readonly seen: readonly string[];
  readonly counts: MessageCounts;
}

/** received = acted + coalesced + held + refused + duplicate + those that wait. */
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
export const UNDOABLE_KEPT = 20;

export function emptyState(model: string): ModelState {
  return {
    model,
    transition: 0,
    champion: null,
    earlier: [],
    change: null,
    waiting: [],
    rollout: null,
    route: 0,
    retrain: null,
    retrains: [],
    ineffectiveRetrains: 0,
    paused: null,
    guards: null,
    automation: 'full',
    pending: [],
    undoable: [],
    repairs: [],
    repairing: [],
    seen: [],
    counts: { received: 0, acted: 0, coalesced: 0, held: 0, refused: 0, duplicate: 0 },
  };
}

/** A ledger line without its wall clock, which the activity that writes it adds. */
export type LedgerDraft = Omit<LedgerEntry, 'at'>;

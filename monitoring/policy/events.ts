import type {
  Alert,
  AnalysisSpec,
  ApprovalAnswer,
  Automation,
  ChangeRequest,
  DeployAnswer,
  Evidence,
  FailureType,
  GatedRequest,
  GuardSpec,
  LabelsRequest,
  PipelineEnded,
  Repair,
  RepairRequest,
  RetrainAnswer,
  RetrainRequest,
  RollbackAsker,
  Rollout,
  RolloutCommandRequest,
  RolloutMeasurement,
  TrafficRoute,
  UndoRequest,
} from '../../contracts/index.js';
import type { ChangeInFlight, LedgerDraft } from './state.js';

/** How a switch of the champion ended. */
export type ChangeOutcome =
  /** Every live gateway reports the version. */
  | 'confirmed'
  /** No gateway was live to ask. */
  | 'unconfirmed'
  /** A live gateway did not take it in time: the alias was moved back. */
  | 'compensated'
  /** The version cannot be served (missing, not ready, artifact not intact): nothing was moved. */
  | 'unusable'
  /** A rollback overtook it: the alias was moved, nobody waited for the gateways. */
  | 'overtaken'
  /** The alias stands at the new version, but what is served could not be read back. */
  | 'not-read-back'
  /** Of a rollback: no earlier version is fit to come back; nothing was moved. */
  | 'nowhere-to-return';

/** What can happen to a model. */
export type ModelEvent =
  | { readonly kind: 'change-requested'; readonly request: ChangeRequest }
  | {
      readonly kind: 'change-ended';
      readonly requestId: string;
      readonly outcome: ChangeOutcome;
      readonly detail: string;
      /** Where nothing was moved, or all moved back: what kind of failure that is. */
      readonly failure?: FailureType;
      /** Of a rollback: the version that was chosen; absent: the one of the change. */
      readonly to?: number;
      /** Of `nowhere-to-return`: a version could come back, but would be no better. */
      readonly retrainInstead?: boolean;
      /** Guards of the version that is champion now. */
      readonly guards: GuardSpec | null;
      /** Of the version that is champion now; absent: full. */
      readonly automation?: Automation;
    }
  | { readonly kind: 'retrain-requested'; readonly request: RetrainRequest }
  | {
      readonly kind: 'retrain-started';
      readonly requestId: string;
      readonly runId: string;
      /** What the run was given: its parameters, the rows that it learns from, those left out. */
      readonly given?: Evidence;
    }
  | { readonly kind: 'retrain-not-started'; readonly requestId: string; readonly detail: string }
  | { readonly kind: 'pipeline-ended'; readonly ended: PipelineEnded }
  | { readonly kind: 'repair-requested'; readonly request: RepairRequest }
  | {
      readonly kind: 'repairs-prepared';
      readonly request: RepairRequest;
      readonly repairs: readonly Repair[];
      /** Why some of what was asked for cannot be repaired; `null`: all can. */
      readonly problem: string | null;
    }
  | { readonly kind: 'labels-requested'; readonly request: LabelsRequest }
  | {
      readonly kind: 'readiness-checked';
      readonly requestId: string;
      /** What a version of high risk lacks; empty: it may be proposed to a person. */
      readonly missing: readonly string[];
    }
  | {
      readonly kind: 'approval-answered';
      readonly answer: ApprovalAnswer;
      readonly answerId: string;
    }
  | { readonly kind: 'undo-requested'; readonly request: UndoRequest }
  | RolloutEvent
  /** A pause may have ended, or quiet hours. */
  | { readonly kind: 'time-passed' }
  | {
      readonly kind: 'paused' | 'resumed';
      readonly actor: string;
      readonly reason: string;
      readonly asOf: string;
      readonly requestId: string;
      /** Wall clock at which a pause ends by itself. */
      readonly until?: string;
    };

/** What happens to a rollout in flight; of another one it is nothing. */
export type RolloutEvent =
  | {
      readonly kind: 'smoke-tested';
      readonly rolloutId: string;
      /** Why the version must not have traffic; `null`: it answered its stored example. */
      readonly problem: string | null;
      /** Of a problem: what kind of failure it is. */
      readonly failure?: FailureType;
    }
  | {
      readonly kind: 'route-moved';
      readonly rolloutId: string;
      readonly number: number;
      /**
       * `unconfirmed`: no gateway was live. `not-applied`: a live one did not take it in time.
       * `failed`: it could not be written. `overtaken`: it is wanted no more.
       */
      readonly outcome: 'confirmed' | 'unconfirmed' | 'not-applied' | 'failed' | 'overtaken';
      readonly detail: string;
    }
  /** The route is out of the registry: gateways give all requests to the champion. */
  | { readonly kind: 'route-withdrawn'; readonly rolloutId: string }
  | { readonly kind: 'withdrawal-unseen'; readonly rolloutId: string; readonly detail: string }
  | {
      readonly kind: 'arms-measured';
      readonly rolloutId: string;
      readonly stage: number;
      readonly measurement: RolloutMeasurement;
    }
  | { readonly kind: 'rollout-steered'; readonly request: RolloutCommandRequest };

/** What `manageModel` then has to do. Each effect is an activity or a message, keyed so that a repeat is harmless. */
export type ModelEffect =
  | {
      /**
       * Of a rollback choose the version; check it, move alias and ledger together, wait for the
       * gateways, else move back.
       */
      readonly kind: 'switch-champion';
      readonly change: ChangeInFlight;
      /** Of a rollback, in the order of preference. */
      readonly choose?: { readonly candidates: readonly number[]; readonly asker: RollbackAsker };
      readonly entry: LedgerDraft;
      readonly compensation: LedgerDraft;
    }
  /** Stop waiting for the gateways: a rollback is next. */
  | { readonly kind: 'overtake-switch'; readonly requestId: string }
  | RolloutEffect
  | { readonly kind: 'start-retrain'; readonly request: RetrainRequest }
  /** Stop the run of a retrain that was taken back. */
  | {
      readonly kind: 'cancel-run';
      readonly runId: string;
      readonly actor: string;
      readonly reason: string;
    }
  | { readonly kind: 'record'; readonly entry: LedgerDraft }
  | { readonly kind: 'answer-deploy'; readonly to: string; readonly answer: DeployAnswer }
  | { readonly kind: 'answer-retrain'; readonly to: string; readonly answer: RetrainAnswer }
  | { readonly kind: 'configure-monitor' }
  /** Whether a version of high risk has what a person needs to decide on it. */
  | {
      readonly kind: 'check-readiness';
      readonly requestId: string;
      readonly request: GatedRequest;
      readonly version: number | null;
    }
  /** Find what fills a column or answers in the champion's place. */
  | {
      readonly kind: 'prepare-repairs';
      readonly request: RepairRequest;
      readonly keys: readonly string[];
      /** Earlier champions, newest first. */
      readonly earlier: readonly number[];
      /** Wall clock. */
      readonly since: string;
    }
  /** Repair and ledger line together. */
  | { readonly kind: 'begin-repair'; readonly repair: Repair; readonly entry: LedgerDraft }
  | {
      readonly kind: 'lift-repair';
      readonly key: string;
      /** Wall clock. */
      readonly at: string;
      readonly entry: LedgerDraft;
    }
  | { readonly kind: 'ask-for-labels'; readonly request: LabelsRequest }
  | { readonly kind: 'raise-alert'; readonly alert: Alert };

export type RolloutEffect =
  /** Load the version and ask it its stored example. */
  | { readonly kind: 'smoke-test'; readonly rolloutId: string; readonly version: number }
  /** Route and ledger line together; then wait for the gateways. */
  | {
      readonly kind: 'move-route';
      readonly rolloutId: string;
      readonly route: TrafficRoute;
      readonly entry: LedgerDraft;
    }
  /** Stop waiting for the gateways: the route is not wanted any more. */
  | { readonly kind: 'overtake-route'; readonly rolloutId: string }
  /** Take the route away with its ledger line; then look whether the gateways follow. */
  | {
      readonly kind: 'withdraw-route';
      readonly rolloutId: string;
      readonly number: number;
      readonly entry: LedgerDraft;
    }
  | {
      readonly kind: 'measure-arms';
      readonly rolloutId: string;
      readonly stage: number;
      readonly arms: ArmsToMeasure;
    }
  /** What the registry shows of the rollout. */
  | { readonly kind: 'keep-rollout'; readonly rollout: Rollout };

/** What a look at the arms of a rollout needs to know. */
export interface ArmsToMeasure {
  /** Counts the looks of the rollout, from 1. */
  readonly number: number;
  readonly champion: number;
  readonly challenger: number;
  /** The challenger answers nobody: what it said is beside the log. */
  readonly shadow: boolean;
  /** Wall clock from when on. */
  readonly since: string;
  /** Numbers of the routes by which the arms have answered since then. */
  readonly route: number;
  readonly analysis: AnalysisSpec;
}

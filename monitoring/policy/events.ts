import type {
  ChangeRequest,
  DeployAnswer,
  GuardSpec,
  PipelineEnded,
  RetrainAnswer,
  RetrainRequest,
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
  | 'overtaken';

/** What can happen to a model. */
export type ModelEvent =
  | { readonly kind: 'change-requested'; readonly request: ChangeRequest }
  | {
      readonly kind: 'change-ended';
      readonly requestId: string;
      readonly outcome: ChangeOutcome;
      readonly detail: string;
      /** Guards of the version that is champion now. */
      readonly guards: GuardSpec | null;
    }
  | { readonly kind: 'retrain-requested'; readonly request: RetrainRequest }
  | { readonly kind: 'retrain-started'; readonly requestId: string; readonly runId: string }
  | { readonly kind: 'retrain-not-started'; readonly requestId: string; readonly detail: string }
  | { readonly kind: 'pipeline-ended'; readonly ended: PipelineEnded }
  | {
      readonly kind: 'paused' | 'resumed';
      readonly actor: string;
      readonly reason: string;
      readonly asOf: string;
      readonly requestId: string;
    };

/** What `manageModel` then has to do. Each effect is an activity or a message, keyed so that a repeat is harmless. */
export type ModelEffect =
  | {
      /** Check the version, move alias and ledger together, wait for the gateways, else move back. */
      readonly kind: 'switch-champion';
      readonly change: ChangeInFlight;
      readonly entry: LedgerDraft;
      readonly compensation: LedgerDraft;
    }
  /** Stop waiting for the gateways: a rollback is next. */
  | { readonly kind: 'overtake-switch'; readonly requestId: string }
  | { readonly kind: 'start-retrain'; readonly request: RetrainRequest }
  | { readonly kind: 'record'; readonly entry: LedgerDraft }
  | { readonly kind: 'answer-deploy'; readonly to: string; readonly answer: DeployAnswer }
  | { readonly kind: 'answer-retrain'; readonly to: string; readonly answer: RetrainAnswer }
  | { readonly kind: 'configure-monitor' };

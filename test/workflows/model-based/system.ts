import type {
  ApprovalAnswer,
  DeployRequest,
  LedgerEntry,
  PauseRequest,
  RepairRequest,
  RetrainRequest,
  RollbackRequest,
  UndoRequest,
} from '../../../contracts/index.js';
import type { ModelState } from '../../../monitoring/policy/index.js';

/** Everything that may be sent to a model's workflow. */
export type Sent =
  | { readonly name: 'requestDeploy' | 'promote'; readonly message: DeployRequest }
  | { readonly name: 'rollback'; readonly message: RollbackRequest }
  | { readonly name: 'retrain'; readonly message: RetrainRequest }
  | { readonly name: 'repair'; readonly message: RepairRequest }
  | { readonly name: 'pause' | 'resume'; readonly message: PauseRequest }
  | { readonly name: 'approve'; readonly message: ApprovalAnswer }
  | { readonly name: 'undo'; readonly message: UndoRequest };

/** A model under test: on the real server, or the reducer alone in memory. */
export interface ModelSystem {
  /** Registers a version; gives its number. */
  register(automation: ModelState['automation']): Promise<number>;
  champion(): Promise<number | null>;
  send(sent: Sent): Promise<void>;
  /** The worker dies at once, and another takes its place. */
  killWorker(): Promise<void>;
  /** What there is to see once everything has come to rest. */
  observe(): Promise<Observed>;
}

export interface Observed {
  readonly state: ModelState;
  readonly ledger: readonly LedgerEntry[];
  /** By the alias that gateways follow. */
  readonly champion: number | null;
  /** Version whose profile the monitor compares with; `null` where it watches nothing. */
  readonly watched: number | null;
  /** Messages that the workflow counts, as they were sent. */
  readonly sent: readonly { readonly requestId: string; readonly name: string }[];
}

import type { TimeWindow } from './measurement.js';
import type { MonitorSpec } from './monitor-spec.js';
import type { ResponseAction } from './respond-spec.js';

export type StrategyKind = 'policy' | 'cadence' | 'never' | 'oracle';

/** What was found of a window, in short. */
export interface BacktestVerdict {
  readonly kind: string;
  readonly action: ResponseAction | 'none';
  readonly reason: string;
}

/** A window of the monitor's own that a policy decided. */
export interface BacktestDecision {
  readonly window: TimeWindow;
  /** Event time of the decision. */
  readonly decidedAt: string;
  readonly verdict: BacktestVerdict;
}

/** One of the windows that strategies are compared over, as a strategy lived through it. */
export interface BacktestWindow {
  readonly window: TimeWindow;
  /** Rows of the history in it, and those whose label is known. */
  readonly rows: number;
  readonly labelledRows: number;
  /** Versions that answered, in order of event time. */
  readonly versions: readonly number[];
  /** Lower is better; `null` without a label. */
  readonly error: number | null;
  /** error − the oracle's; `null` where either has none. */
  readonly regret: number | null;
  /**
   * Only of a policy: of the last window it decided that ends in this one, which is this very one
   * where the monitor's windows touch; `null` where none does.
   */
  readonly verdict: BacktestVerdict | null;
}

export interface BacktestEvent {
  readonly kind: 'retrain' | 'held' | 'promotion' | 'kept' | 'rollback' | 'failure';
  /** Event time at which it took place. */
  readonly at: string;
  /** Version that serves after it. */
  readonly champion: number | null;
  readonly reason: string;
  /** What held an action back; only of `held`. */
  readonly guard?: string;
}

/** Alarms against the drifts that are known; a row of alarms one after the other counts once. */
export interface DriftFindings {
  readonly alarms: number;
  /** Alarms that no known drift stands before. */
  readonly falseAlarms: number;
  readonly detected: number;
  readonly missed: number;
  /** From the drift to the moment of the decision, a drift that was found each, ms. */
  readonly delaysMs: readonly number[];
}

export interface BacktestStrategy {
  readonly name: string;
  readonly kind: StrategyKind;
  /** Mean of the windows' errors, windows counting alike; `null` without one. */
  readonly meanError: number | null;
  readonly retrains: {
    readonly started: number;
    readonly promoted: number;
    readonly kept: number;
    readonly failed: number;
  };
  readonly rollbacks: number;
  /** Actions that a guard held back, by guard. */
  readonly held: { readonly [guard: string]: number };
  /** Sum over the windows of (error − the oracle's), and its mean. */
  readonly regret: { readonly total: number; readonly mean: number } | null;
  readonly trainingSeconds: number;
  readonly cost: number;
  /** Only of a policy, and where drifts are known. */
  readonly drifts: DriftFindings | null;
  readonly windows: readonly BacktestWindow[];
  /** What its monitor cuts windows by; `null` where it decides nothing. */
  readonly cutBy: Pick<MonitorSpec['window'], 'everyMs' | 'slideMs' | 'rows'> | null;
  /** Oldest first. */
  readonly decisions: readonly BacktestDecision[];
  readonly events: readonly BacktestEvent[];
}

/** One setting of the policy that a search tried. */
export interface TuneTrial {
  readonly settings: { readonly [name: string]: number | string };
  readonly train: TuneFigures;
}

export interface TuneFigures {
  readonly meanError: number | null;
  readonly retrains: number;
  /** meanError / that of `never` + weight × retrains per window: what is made small. */
  readonly objective: number | null;
}

export interface BacktestTuning {
  readonly seed: number;
  /** First moment of the part that no setting was chosen on. */
  readonly split: string;
  readonly trainWindows: number;
  readonly testWindows: number;
  /** What one retrain costs, in shares of the error of `never`. */
  readonly retrainWeight: number;
  /** Whether the time that was given ended the search before all trials. */
  readonly stoppedEarly: boolean;
  readonly trials: readonly TuneTrial[];
  readonly best: {
    readonly settings: TuneTrial['settings'];
    readonly train: TuneFigures;
    readonly test: TuneFigures;
  };
  /** The file's own settings on the same two parts. */
  readonly present: { readonly train: TuneFigures; readonly test: TuneFigures };
  /** The best YAML overlay of the monitor block. */
  readonly overlay: string;
}

/** What `millrace backtest --json` prints. All but `run` follows from the inputs and the seed. */
export interface BacktestDocument {
  readonly format: 'millrace-backtest/1';
  readonly pipeline: string;
  readonly model: string;
  readonly data: {
    readonly source: string;
    readonly rows: number;
    readonly from: string;
    readonly to: string;
  };
  readonly windows: {
    readonly everyMs: number;
    readonly count: number;
    readonly from: string;
    readonly to: string;
  };
  /** `error` says what a window's error is: the metric, or 1 − the metric where higher is better. */
  readonly metric: { readonly name: string; readonly error: string };
  readonly price: { readonly perTrainingSecond: number };
  readonly knownDrifts: readonly string[];
  readonly strategies: readonly BacktestStrategy[];
  readonly cheapest: {
    /** Share of the best mean error that counts as equal. */
    readonly within: number;
    readonly bestMeanError: number | null;
    /** Fewest training seconds among cadences (and `never`), and among all but the oracle. */
    readonly cadence: string | null;
    readonly strategy: string | null;
  };
  readonly tuning: BacktestTuning | null;
  /** Of this run alone. */
  readonly run: {
    readonly seconds: number;
    readonly trained: number;
    readonly reused: number;
  };
}

import type { ArtifactRef } from './artifact.js';
import type { FeatureUse } from './feature-view.js';
import type { JsonObject } from './json.js';
import type { ModelServer } from './model-source.js';
import type { ModelSignature, TaskType } from './signature.js';

/** Metric name → value. A metric that is not defined on the data is left out, never NaN. */
export type Metrics = { readonly [name: string]: number };

/** How a gate came to its answer; kept so that the decision can be read again. */
export interface GateResult {
  readonly expression: string;
  readonly passed: boolean;
  /** The values the expression read, by dotted name; `null` where there was none. */
  readonly values: { readonly [name: string]: number | string | boolean | null };
  /** Why it did not pass: false, or which value was missing or not finite. */
  readonly reason: string;
  /** Set when a person let the run go on although the gate said no. */
  readonly overrideReason?: string;
}

/** A challenger and the champion on the same rows, row by row. */
export interface PairedLosses {
  /** Rows with a label and a loss of both. */
  readonly rows: number;
  /** Event times of the first and the last row; `null` without a time column. */
  readonly from: string | null;
  readonly to: string | null;
  /** Mean loss a row. */
  readonly champion: number;
  readonly challenger: number;
  /** Mean of (challenger − champion) with its interval, over blocks of time: below 0 is better. */
  readonly difference: { readonly mean: number; readonly low: number; readonly high: number };
}

/** Whether a challenger is better than the champion, beyond chance. */
export interface ChampionComparison {
  /** Version that it was compared with. */
  readonly champion: number;
  /** What a row's loss is: a metric that is a mean over rows. */
  readonly loss: string;
  readonly confidence: number;
  /** Share of the champion's loss by which it may be worse; `null`: it must be better. */
  readonly margin: number | null;
  /** On the hold-out of this run; `null` with too few rows for an interval. */
  readonly recent: PairedLosses | null;
  /** On the champion's own hold-out, before the recent one; `null` where none is compared. */
  readonly older: PairedLosses | null;
  /** Why there is no older comparison, or what limits it; `null`: nothing does. */
  readonly olderNote: string | null;
  readonly verdict: 'better' | 'not-worse' | 'worse' | 'unproven';
  /** One sentence with the numbers. */
  readonly reason: string;
}

export interface Evaluation {
  readonly holdout: ArtifactRef;
  readonly rows: number;
  readonly metrics: Metrics;
  /** The champion on the same hold-out; `null` where the model had none. */
  readonly champion: { readonly version: number; readonly metrics: Metrics } | null;
  readonly gate: GateResult | null;
  /** Absent where there was no champion that could be compared. */
  readonly comparison?: ChampionComparison;
}

/** How much a model itself makes of its inputs, where its kind says so. */
export interface NativeImportance {
  /**
   * `impurityDecrease`: by trees, shares that sum to 1; `coefficient`: of a linear model, per standard
   * deviation of a number.
   */
  readonly kind: 'impurityDecrease' | 'coefficient';
  /** One a column inside of the model: an input of text has one a category. */
  readonly columns: readonly {
    readonly feature: string;
    readonly category?: string;
    /** Whose coefficient it is, where there are more than two classes. */
    readonly class?: string | number | boolean;
    readonly value: number;
  }[];
}

/** What is known of a model whatever its answers come from. */
interface ModelFacts {
  readonly format: 'millrace-model/1';
  readonly task: TaskType;
  readonly algorithm: string;
  readonly hyperparameters: JsonObject;
  readonly target: string;
  readonly signature: ModelSignature;
  readonly trainingRows: number;
  readonly timeColumn: string | null;
  /** Features among its inputs, each as it was defined then; absent where there are none. */
  readonly features?: readonly FeatureUse[];
  /** Library name → version that trained it. */
  readonly environment: { readonly [library: string]: string };
  readonly evaluation: Evaluation | null;
}

/** A model that millrace trained: an ONNX graph, which is asked in the process that serves it. */
export interface TrainedManifest extends ModelFacts {
  readonly seed: number;
  readonly onnx: ArtifactRef;
  readonly server?: never;
  /** The table the model learned from (Parquet). */
  readonly trainingData: ArtifactRef;
  /** What prepares its columns, as JSON: the front part of its graph. Absent: they are learned as they are. */
  readonly preparation?: ArtifactRef;
  /** Largest absolute difference between ONNX and the training library on a sample. */
  readonly parity: { readonly rows: number; readonly maxAbsoluteDifference: number };
  /** Absent where the algorithm has none (neighbours, networks), and in a warm start. */
  readonly importance?: NativeImportance;
}

/** A model that another server answers for. How it was trained is that server's business. */
export interface ServerManifest extends ModelFacts {
  readonly seed: null;
  readonly onnx?: never;
  readonly server: ModelServer;
  /** Rows that show what is usual, for its monitor; `null`: none were given. */
  readonly trainingData: ArtifactRef | null;
  readonly parity?: never;
  readonly importance?: never;
}

/**
 * A model as one artifact (JSON). `train` writes it, `evaluate` writes it again with its evaluation,
 * `register` makes a version from it, or writes it itself where a server answers.
 */
export type ModelManifest = TrainedManifest | ServerManifest;

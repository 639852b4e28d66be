import type { ArtifactRef } from './artifact.js';
import type { JsonObject } from './json.js';
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

export interface Evaluation {
  readonly holdout: ArtifactRef;
  readonly rows: number;
  readonly metrics: Metrics;
  /** The champion on the same hold-out; `null` where the model had none. */
  readonly champion: { readonly version: number; readonly metrics: Metrics } | null;
  readonly gate: GateResult | null;
}

/**
 * A trained model as one artifact (JSON). `train` writes it, `evaluate` writes it again with its
 * evaluation, `register` makes a version from it.
 */
export interface ModelManifest {
  readonly format: 'millrace-model/1';
  readonly task: TaskType;
  readonly algorithm: string;
  readonly hyperparameters: JsonObject;
  readonly target: string;
  readonly seed: number;
  readonly onnx: ArtifactRef;
  readonly signature: ModelSignature;
  /** The table the model learned from (Parquet). */
  readonly trainingData: ArtifactRef;
  readonly trainingRows: number;
  readonly timeColumn: string | null;
  /** Largest absolute difference between ONNX and the training library on a sample. */
  readonly parity: { readonly rows: number; readonly maxAbsoluteDifference: number };
  /** Library name → version that trained it. */
  readonly environment: { readonly [library: string]: string };
  readonly evaluation: Evaluation | null;
}

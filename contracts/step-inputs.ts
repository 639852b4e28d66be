import type { ApprovalForm } from './approval.js';
import type { ArtifactRef } from './artifact.js';
import type { DriftCorrection } from './drift-report.js';
import type { ExpectationInput } from './expectation.js';
import type { EncodeInputs, ImputeInputs, SelectInputs, TransformInputs } from './feature-steps.js';
import type { FeatureUse } from './feature-view.js';
import type { JsonObject, JsonValue } from './json.js';
import type { TimeWindow } from './measurement.js';
import type { Severity } from './monitor-spec.js';
import type { RolloutInputs } from './rollout-inputs.js';
import type { ServerInputs, SignatureInputs } from './server-inputs.js';
import type { TaskType } from './signature.js';
import type { TuneInputs } from './tuning.js';

/**
 * What `with:` of each built-in step holds once its expressions are resolved. `pipelines/steps/`
 * checks the file against these shapes; activities read them. A key that is optional here and was
 * not written stays absent: the default named in its comment is the activity's to apply.
 */

export const DATA_FORMATS = ['parquet', 'csv', 'ndjson'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** Reads a file into a table. Hands on the artifact `data` (Parquet) and the value `rows`. */
export interface IngestInputs {
  /** Path of the file, relative to the pipeline file. */
  readonly source: string;
  /** Default: by the file's extension. */
  readonly format?: DataFormat;
  /** Column that carries event time; needed by `from` and `to`. */
  readonly time?: string;
  /** First event time that is kept: a date or RFC 3339. */
  readonly from?: string;
  /** First event time that is no longer kept (half-open). */
  readonly to?: string;
  /** Rows to keep, as a DuckDB SQL predicate: `rentals IS NOT NULL AND hour < 20`. */
  readonly where?: string;
  /** Columns to keep, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** Half-open ranges of event time to leave out; set by a retrain, for what is in quarantine. */
  readonly exclude?: readonly TimeWindow[];
}

/**
 * Joins features point-in-time: each row is given the latest values of its entity that were known at
 * its event time. Hands on the artifact `data` and the values `rows` and `missing` (by view, the rows
 * for which it had nothing).
 */
export interface FeaturesInputs {
  readonly data: ArtifactRef;
  /** What `from` and `views` of the file name. */
  readonly features: readonly FeatureUse[];
  /** Column that carries event time; default: the one that `data` was ingested with. */
  readonly time?: string;
}

/**
 * Writes the latest values of each entity to the online store. Hands on the values `views`,
 * `entities` (with a row until then), `written` (those that were new to the store) and `removed` (those
 * that the source has no longer).
 */
export interface MaterializeInputs {
  /** What `from` and `views` of the file name. */
  readonly features: readonly FeatureUse[];
  /** Rows after this event time are left out. Default: none is. */
  readonly until?: string;
}

/** Checks a table and splits it. Hands on the artifacts `data`, `holdout`, `report` and `rows`. */
export interface ValidateInputs {
  readonly data: ArtifactRef;
  readonly expect: readonly ExpectationInput[];
  /**
   * What is kept back for `evaluate`: the latest `share` of the rows by time (default 0.2), or every
   * row from the event time `from` on. Never both.
   */
  readonly holdout?: { readonly share?: number; readonly from?: string };
  /** Column that carries event time; default: the one that `data` was ingested with. */
  readonly time?: string;
}

export const ALGORITHMS = [
  'gradient-boosting',
  'random-forest',
  'decision-tree',
  'linear',
  'logistic',
  'k-nearest-neighbours',
  'multi-layer-perceptron',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Trains a model. Hands on the artifact `model` (a model manifest) and metrics of the training. */
export interface TrainInputs {
  readonly data: ArtifactRef;
  /** Column to predict. */
  readonly target: string;
  /** Default: classification for a text or boolean target, else regression. */
  readonly task?: TaskType;
  /** Default `gradient-boosting`. */
  readonly algorithm?: Algorithm;
  /** Default 42. */
  readonly seed?: number;
  /** Columns to learn from. Default: all but the target, the context and `exclude`. */
  readonly features?: readonly string[];
  readonly exclude?: readonly string[];
  /** Columns that requests may leave out, although the training data always has them. */
  readonly optional?: readonly string[];
  /** Columns that requests may carry and that are logged, but not learned from. */
  readonly context?: readonly {
    readonly name: string;
    readonly role: 'time' | 'key' | 'group' | 'entity';
  }[];
  /** Trees of a boosting or a forest; default 200. */
  readonly trees?: number;
  /** Greatest depth of a tree. Default: the algorithm's. */
  readonly depth?: number;
  /** Of boosting and of the perceptron, in (0, 1]. Default: the algorithm's. */
  readonly learningRate?: number;
  /** Of k-nearest neighbours; default 5. */
  readonly neighbours?: number;
  /** Of the perceptron: units per layer; default [64, 32]. */
  readonly hiddenLayers?: readonly number[];
  /** Of linear, logistic and the perceptron. Default: the algorithm's. */
  readonly maxIterations?: number;
  /**
   * Share of the labels to spoil before training, in [0, 1]; default 0. For demonstrations of a bad
   * version: a regression's label y becomes 2·mean − y, a classification's another class.
   */
  readonly corruptLabels?: number;
  /**
   * Rows of event time before a moment count less, by a weight in [0, 1]. Refused by algorithms that
   * learn every row alike (k-nearest neighbours, the perceptron). Default: all count the same.
   */
  readonly weights?: { readonly before: string; readonly weight: number };
  /**
   * Go on from the champion: a regression by gradient boosting learns what the champion still gets
   * wrong. What cannot go on is trained anew. Default false.
   */
  readonly warmStart?: boolean;
}

/**
 * Measures models on a hold-out and compares the best with the champion. Hands on the artifact
 * `best` (a manifest with its evaluation) and its metrics; `gate` is applied here.
 */
export interface EvaluateInputs {
  readonly models: ArtifactRef | readonly ArtifactRef[];
  readonly holdout: ArtifactRef;
  readonly target: string;
  /** By which the best of several is chosen. Default `mae` for a regression, `f1` for a classification. */
  readonly primaryMetric?: string;
}

/**
 * Compares two tables, column by column. Hands on the values `verdict`, `share` (drifted over measured
 * columns; `null` where none could be measured), `drifted` and `columns`, and the artifacts `report`
 * (JSON) and `page` (HTML).
 */
export interface DriftInputs {
  /** A table of an earlier step; or the path of a file or a stored profile, relative to the pipeline file. */
  readonly reference: ArtifactRef | string;
  readonly current: ArtifactRef;
  /** Columns to compare. Default: all that both have. */
  readonly columns?: readonly string[];
  /** Name of a test or distance. Default: chosen by each column's kind and size. */
  readonly test?: string;
  /** Level of the corrected p-values, in (0, 1); default 0.05. */
  readonly alpha?: number;
  /** Default `bh`. */
  readonly correction?: DriftCorrection;
  /** The data has drifted when more than this share of the measured columns has, in [0, 1); default 0. */
  readonly share?: number;
  /** Smallest effect that matters, in the unit of each measure; default the measure's own; 0 turns it off. */
  readonly minEffect?: number;
  /** `drift` fails the step when the data has drifted. Default: the verdict is only handed on. */
  readonly failOn?: 'drift';
}

/** Makes a version of the pipeline's model. Hands on the values `model` and `version`. */
export interface RegisterInputs {
  /** A trained model; or `server` and `signature`. */
  readonly model?: ArtifactRef;
  readonly server?: ServerInputs;
  readonly signature?: SignatureInputs;
  /** With a server: rows that show what is usual. */
  readonly data?: ArtifactRef;
  /** With a server: labelled rows that it is measured on. */
  readonly holdout?: ArtifactRef;
  /** Default `approved`. */
  readonly approval?: RegisteredApproval;
}

/** Whether a version may serve at once, or a person has to answer for it first. */
export const REGISTERED_APPROVALS = ['approved', 'pending'] as const;
export type RegisteredApproval = (typeof REGISTERED_APPROVALS)[number];

/**
 * Asks for a version to become champion, and says how it comes into service. Hands on the values
 * `outcome` and `version`.
 */
export interface DeployInputs extends RolloutInputs {
  readonly version: number;
  readonly promote?: PromotedVersions;
}

/**
 * Which versions a `deploy` step brings into service in place of a champion: those that `evaluate`
 * compared with it, or every one, for a pipeline that compares nothing itself.
 */
export const PROMOTED_VERSIONS = ['compared', 'uncompared'] as const;
export type PromotedVersions = (typeof PROMOTED_VERSIONS)[number];

/** What becomes of a row that the model cannot be asked with. */
export const BAD_ROW_ACTIONS = ['fail', 'skip', 'null'] as const;
export type BadRowAction = (typeof BAD_ROW_ACTIONS)[number];

/**
 * Predicts for every row of a table. Hands on the artifact `data` (the table with its predictions) and
 * the values `model`, `version`, `rows`, `written`, `bad` and `unanswered`.
 */
export interface PredictInputs {
  readonly data: ArtifactRef;
  readonly model: string;
  /** Default: the champion when the step begins, kept over retries. */
  readonly version?: number;
  /** Instead of `version`: what it points to when the step begins, kept over retries. */
  readonly alias?: string;
  /** The predictions go into the prediction log too, so that monitors see them. Default false. */
  readonly log?: boolean;
  /** Columns of the table to keep. Default: all. */
  readonly columns?: readonly string[];
  /** Default `fail`. */
  readonly onBadRow?: BadRowAction;
  /** Parquet file to write besides, relative to the pipeline file. */
  readonly output?: string;
}

/**
 * Puts a question to people and waits for their answer. Hands on the values `values` (of the form),
 * `answer`, `by`, `reason` and `at`.
 */
export interface ApproveInputs {
  /** Default: whether the run may go on. */
  readonly message?: string;
  /** Who may answer; default: everyone. */
  readonly role?: string | readonly string[];
  readonly form?: ApprovalForm;
  /** Channels that are told of the question and of its end. */
  readonly notify?: string | readonly string[];
}

/** Tells people by the channels of the installation. Hands on `told`, the channels' names. */
export interface NotifyInputs {
  readonly channel: string | readonly string[];
  /** Default: the pipeline and how its run stands. */
  readonly title?: string;
  /** Default: what became of the run, and where to look. */
  readonly message?: string;
  /** Default `critical` after a failure, else `info`. */
  readonly severity?: Severity;
}

/**
 * Runs another pipeline file as a run of its own. Hands on what that file's `outputs` name, and
 * `runId`.
 */
export interface PipelineInputs {
  /** Relative to this pipeline file; its plan is a part of this one's. */
  readonly file: string;
  /** Default: those of its parameters. */
  readonly params?: JsonObject;
}

/** Does nothing; hands its `with` on as values. */
export type NoopInputs = { readonly [name: string]: JsonValue };

export interface StepInputs {
  readonly ingest: IngestInputs;
  readonly features: FeaturesInputs;
  readonly materialize: MaterializeInputs;
  readonly transform: TransformInputs;
  readonly validate: ValidateInputs;
  readonly impute: ImputeInputs;
  readonly encode: EncodeInputs;
  readonly select: SelectInputs;
  readonly drift: DriftInputs;
  readonly train: TrainInputs;
  readonly evaluate: EvaluateInputs;
  readonly register: RegisterInputs;
  readonly approve: ApproveInputs;
  readonly deploy: DeployInputs;
  readonly predict: PredictInputs;
  readonly pipeline: PipelineInputs;
  readonly tune: TuneInputs;
  readonly notify: NotifyInputs;
  readonly noop: NoopInputs;
  readonly run: NoopInputs;
}

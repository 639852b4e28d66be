import type {
  BusinessRecord,
  BusinessSummary,
  FeedbackRecord,
  FeedbackSummary,
  LabelRecord,
  PredictionRecord,
  ProcessRecord,
  ShadowRecord,
  Thumbs,
  TimeWindow,
  TrafficRecord,
} from '../../contracts/index.js';
import type { Table } from '../../storage/tabular/table.js';

/** Columns of a {@link PredictionWindow} that are not inputs of the model. */
export const LOG_COLUMN = {
  prediction: '__prediction',
  label: '__label',
  eventTime: '__eventTime',
} as const;

/** Name under which the probability of a class is read, by its place in the signature's classes. */
export function probabilityColumn(index: number): string {
  return `__probability${index}`;
}

/** Name under which it is read whether an input was looked up. */
export function lookedUpColumn(feature: string): string {
  return `__lookedUp:${feature}`;
}

/** One per gateway process and model; the gateway's own directory. */
export interface PredictionWriter {
  /**
   * Appends rows with one `write()` before the answer is sent: they survive SIGKILL of the gateway.
   * A group fsync follows within the configured interval; that is what a power cut can cost.
   */
  append(records: readonly PredictionRecord[]): Promise<void>;
  /** Appends what versions in the shadow said; an fsync follows within a second. */
  appendShadows(records: readonly ShadowRecord[]): Promise<void>;
  /** Appends labels and returns once they are fsynced. */
  appendLabels(records: readonly LabelRecord[]): Promise<void>;
  /** Appends feedback and returns once it is fsynced. */
  appendFeedback(records: readonly FeedbackRecord[]): Promise<void>;
  /** Appends business metrics and returns once they are fsynced. */
  appendBusiness(records: readonly BusinessRecord[]): Promise<void>;
  /** Of these prediction ids, those that no gateway of this log ever gave for this model. */
  unknownIds(model: string, ids: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What is in the log for a model, without reading its rows. */
export interface PredictionLogSummary {
  readonly rows: number;
  /** Smallest and largest event time in ms; `null` when empty. */
  readonly firstEventTimeMs: number | null;
  /** The watermark: largest event time that a request carried; of all rows where none carried one. */
  readonly watermarkMs: number | null;
  /** Wall clock of the newest row in ms. */
  readonly lastArrivalMs: number | null;
}

/** What gateways wrote of their own health; every record that overlaps a stretch of wall clock. */
export interface ServiceReader {
  eachTraffic(
    model: string,
    fromMs: number,
    toMs: number,
    onRecord: (record: TrafficRecord) => void,
  ): Promise<void>;
  eachProcess(
    fromMs: number,
    toMs: number,
    onRecord: (record: ProcessRecord) => void,
  ): Promise<void>;
}

/** An input of the model, or a column that came with it, as the log is to be read. */
export interface LoggedInput {
  readonly name: string;
  readonly kind: 'number' | 'integer' | 'boolean' | 'string';
  /**
   * `context`: logged beside the inputs, not fed to the model. `probabilities`: the probability of
   * the class at `index`. `lookedUp`: whether the input `feature` was looked up. Absent: an input.
   */
  readonly from?: 'context' | 'probabilities' | 'lookedUp';
  readonly index?: number;
  readonly feature?: string;
}

/** The rows of one window served by one version, labels joined by id (latest label wins). */
export interface PredictionWindow {
  readonly version: number;
  /**
   * Columns: every model input by its name, then {@link LOG_COLUMN}: the prediction, the label
   * (missing where none came) and the event time. Rows are in order of event time.
   */
  readonly table: Table;
}

/** A prediction that somebody said something of, with what stands of it now. */
export interface PredictionFeedback {
  readonly id: string;
  readonly version: number;
  readonly eventTimeMs: number;
  readonly prediction: number | string | boolean;
  readonly thumbs: Thumbs | null;
  readonly score: number | null;
  readonly tag: string | null;
}

/** What came of the predictions of one window that one version served. */
export interface WindowOutcomes {
  readonly version: number;
  /** By the metric's name; empty where none was reported. */
  readonly business: { readonly [name: string]: BusinessSummary };
  readonly feedback: FeedbackSummary | null;
  /** Labels that a later, different one replaced. */
  readonly replacedLabels: number;
}

/** The rows of one window served by one version, read column by column. */
export interface ServedRows {
  readonly version: number;
  readonly rows: number;
  /**
   * These columns, model inputs and {@link LOG_COLUMN}, in order of event time; those that are not
   * there are left out.
   */
  read(columns: readonly string[]): Promise<Table>;
}

/** A window whose columns can be read until it is closed. */
export interface OpenWindow {
  /** Ascending by version. */
  readonly versions: readonly ServedRows[];
  close(): Promise<void>;
}

/** Of a window that one version served: rows that arrived, and rows that a label arrived for. */
export interface WindowCounts {
  readonly version: number;
  readonly rows: number;
  readonly labels: number;
}

/** What a monitor asks of a log besides the rows of its windows. */
export interface LogInspector {
  /** Labels that came, replaced ones too: when the number changed, something was told. */
  labelCount(model: string): Promise<number>;
  /**
   * Event time of the nth row at or after an instant, in order of event time; `null` with fewer.
   *
   * @param n - from 1
   */
  nthEventTime(model: string, fromMs: number, n: number): Promise<number | null>;
  /**
   * Whether rows of a window, or labels of them, may have arrived since: told by what is known of the
   * segments, without reading one. `false` is certain.
   */
  mayHaveGrown(model: string, window: TimeWindow, sinceMs: number): Promise<boolean>;
  /**
   * Beginnings of the hours of event time, in ms, that rows or labels arrived for since, ascending:
   * of rows before an instant. Only segments are read that may hold such.
   */
  changedHours(model: string, sinceMs: number, beforeMs: number): Promise<readonly number[]>;
  /** What arrived of a window since, by the wall clock: one entry a served version, ascending. */
  arrivedSince(
    model: string,
    window: TimeWindow,
    sinceMs: number,
  ): Promise<readonly WindowCounts[]>;
  /** Wall clock of the first and the last arrival of a window's rows; `null` without rows. */
  arrivals(
    model: string,
    window: TimeWindow,
  ): Promise<{ readonly fromMs: number; readonly toMs: number } | null>;
}

export interface PredictionReader {
  summary(model: string): Promise<PredictionLogSummary>;
  /**
   * As `window`, for windows that may be large. To be closed.
   *
   * @param signal - interrupts the opening and later reads
   */
  openWindow(
    model: string,
    window: TimeWindow,
    inputs: readonly LoggedInput[],
    signal?: AbortSignal,
  ): Promise<OpenWindow>;
  /** One entry a served version, ascending. `inputs` fixes the columns and their kinds. */
  window(
    model: string,
    window: TimeWindow,
    inputs: readonly LoggedInput[],
  ): Promise<readonly PredictionWindow[]>;
  /**
   * Business metrics, feedback and replaced labels, joined by id: an entry a version that has any,
   * ascending.
   */
  outcomes(model: string, window: TimeWindow): Promise<readonly WindowOutcomes[]>;
  /** The predictions of a window that have feedback, in order of event time. */
  feedback(model: string, window: TimeWindow): Promise<readonly PredictionFeedback[]>;
}

/** A prediction as it was logged, with the newest label of it. */
export interface LoggedRow {
  readonly id: string;
  readonly version: number;
  readonly eventTime: string;
  readonly inputs: PredictionRecord['inputs'];
  readonly prediction: PredictionRecord['prediction'];
  /** `null` where none came. */
  readonly label: PredictionRecord['prediction'] | null;
  /** In the order of the signature's classes; `null` for a regression. */
  readonly probabilities: readonly number[] | null;
  /** Share of the answer among several askings; absent where it was asked once. */
  readonly confidence?: number;
}

export interface RowFilter {
  /** Absent: both. */
  readonly labelled?: boolean;
  /** `sampled`: by a hash of the id, so that the first n are a fair and repeatable sample. */
  readonly order: 'least-confident' | 'sampled';
  readonly limit: number;
  readonly ids?: readonly string[];
}

/** For who looks at single predictions. */
export interface RowReader {
  /** At most `limit` rows of a window, of whatever version. */
  rows(model: string, window: TimeWindow, filter: RowFilter): Promise<readonly LoggedRow[]>;
}

/** Rows of one route, and what they are to be measured by. */
export interface ArmQuestion {
  readonly model: string;
  readonly route: number;
  /** Wall clock at which the route was applied, or before: what is older is not looked through. */
  readonly sinceMs: number;
  /** Means of losses of single rows: `mae`, `mape`, `accuracy`, `logLoss`, `brierScore`. */
  readonly losses: readonly string[];
  /** Names of business metrics. */
  readonly business: readonly string[];
  /** Of a classification, in the order of its probabilities. */
  readonly classes: readonly (string | number | boolean)[];
}

interface SampleMoments {
  readonly rows: number;
  readonly mean: number;
  readonly variance: number;
  /** Of the rows. */
  readonly ends?: readonly [least: number, greatest: number];
}

/** One metric of one version; `''` counts its rows. Of a loss less is better. */
export interface ArmMoments extends SampleMoments {
  readonly version: number;
  readonly metric: string;
}

/**
 * One metric of a shadow and of what was answered, on the same rows; `''` counts them. Besides what
 * was asked: `disagreement`, `failed` (could not answer) and the logarithm of `latencyMs`.
 */
export interface ShadowMoments {
  readonly metric: string;
  readonly champion: SampleMoments;
  readonly challenger: SampleMoments;
  readonly difference: SampleMoments;
}

/** Labelled rows of one arm, in the order in which they were answered. */
export interface ArmRows {
  readonly version: number;
  /** Numbers; of a classification the place of the class, −1 where the model knows none such. */
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  /** Row by row, one a class; empty of a regression. */
  readonly probabilities: Float64Array;
}

/** What the versions of a rollout answered, by the route by which they did. */
export interface ArmReader {
  arms(question: ArmQuestion): Promise<readonly ArmMoments[]>;
  shadow(question: ArmQuestion): Promise<readonly ShadowMoments[]>;
  /** The labelled rows themselves, at most a million: the first. */
  armRows(question: ArmQuestion): Promise<readonly ArmRows[]>;
  /** Those that a shadow said something of too: the same rows in both. */
  shadowRows(question: ArmQuestion): Promise<{
    readonly champion: Omit<ArmRows, 'version'>;
    readonly challenger: Omit<ArmRows, 'version'>;
  }>;
}

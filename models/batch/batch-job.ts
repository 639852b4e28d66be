import type { BadRowAction, ModelSignature } from '../../contracts/index.js';
import type { TableFormat } from '../../storage/tabular/table.js';

/** Predictions of one version for the rows of one file. */
export interface BatchJob {
  readonly input: string;
  /** Whose rows errors are about, where `input` was made of another file; absent: of `input`. */
  readonly shownInput?: string;
  /** Default: by its name. */
  readonly inputFormat?: TableFormat;
  readonly output: string;
  readonly outputFormat: TableFormat;
  readonly model: string;
  readonly version: number;
  /** Digest of the ONNX graph: parts of another graph are not taken up. */
  readonly graph: string;
  readonly signature: ModelSignature;
  /** Columns of the input that the output has too, in this order; `null`: all. */
  readonly columns: readonly string[] | null;
  readonly onBadRow: BadRowAction;
  /** Of a job that is begun anew: row `r` gets the prediction id `<uuid>/<r>`. */
  readonly requestUuid: string;
  /** Where parts lie until the output is whole; a job that was broken off goes on from there. */
  readonly workDir: string;
  /** Rows of a part; what a kill can cost. */
  readonly partRows?: number;
}

export interface BadRow {
  /** Counted from 0. */
  readonly row: number;
  readonly reason: string;
}

export interface BatchProgress {
  /** Rows that have their prediction in a part or in memory. */
  readonly rows: number;
  readonly bad: number;
}

export interface BatchResult {
  /** Of the input. */
  readonly rows: number;
  readonly written: number;
  /** Rows that the model could not be asked with: skipped, or without a prediction. */
  readonly bad: number;
  /** The first of them. */
  readonly examples: readonly BadRow[];
  /** Rows for which the model gave no finite number; their prediction is missing. */
  readonly unanswered: number;
  /** The beginning of each prediction id. */
  readonly requestUuid: string;
  /** Rows that an earlier attempt had done. */
  readonly resumedRows: number;
}

/** Names of the columns that are added. */
export const PREDICTION = 'prediction';
export const PREDICTION_ID = 'prediction_id';
export const MODEL_VERSION = 'model_version';

/** @example probabilityColumn('high'); // 'probability_high' */
export function probabilityColumn(label: string | number | boolean): string {
  return `probability_${label}`;
}

import type { DriftVerdict } from './measurement.js';

/** What a column is taken for when two data sets are compared. */
export type DriftColumnKind = 'numeric' | 'categorical' | 'boolean' | 'date' | 'text' | 'vector';

/** How a verdict holds its error rate. */
export type DriftCorrection = 'bh' | 'bonferroni' | 'none';

/** One column of two data sets compared. Never NaN: what has no number is `null`. */
export interface ColumnDrift {
  readonly name: string;
  readonly kind: DriftColumnKind;
  /** Name in the registry of measures. */
  readonly test: string;
  readonly statistic: number | null;
  /** Of the test; of resampling where the measure is a distance. */
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  readonly alpha: number;
  /** What must be passed besides significance; `value` and `threshold` in the measure's own unit. */
  readonly effect: {
    readonly measure: string;
    readonly value: number | null;
    readonly threshold: number;
  };
  readonly verdict: DriftVerdict;
  /** Rows whose value is there. */
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly referenceMissing: number;
  readonly currentMissing: number;
  /** One sentence where the verdict is `insufficient` or the result is a defined special case. */
  readonly note: string | null;
  /** The difference in the column's own unit (ms for dates, shares for categories). */
  readonly shift: ColumnShift | null;
}

export type ColumnShift =
  | {
      readonly of: 'mean';
      readonly reference: number;
      readonly current: number;
      /** Median of each side; `null` where it was not computed. */
      readonly referenceMedian: number | null;
      readonly currentMedian: number | null;
    }
  /** The category whose share moved most. */
  | {
      readonly of: 'share';
      readonly category: string;
      readonly reference: number;
      readonly current: number;
    };

/** All columns together, by one multivariate method. */
export interface MultivariateDrift {
  readonly method: string;
  /** Columns that took part. */
  readonly columns: readonly string[];
  readonly statistic: number | null;
  readonly pValue: number | null;
  readonly alpha: number;
  readonly verdict: DriftVerdict;
  readonly note: string | null;
  /** Further figures of the method, by name: auc, components, bandwidth. */
  readonly details: { readonly [name: string]: number };
}

/** Rows of one data set that do not look like the reference's, by one method. Apart from drift. */
export interface OutlierSide {
  /** Rows that were judged. */
  readonly rows: number;
  readonly outliers: number;
  /** Of the judged rows, in [0, 1]; `null` where none could be judged. */
  readonly rate: number | null;
  /** Rows from 0, ascending. */
  readonly indices: readonly number[];
  /** One for each of `indices`; larger is farther out, past `threshold`. */
  readonly scores: readonly number[];
}

/** Outliers of two data sets, both judged by what the reference holds. */
export interface OutlierReport {
  readonly method: string;
  readonly columns: readonly string[];
  /** What a score must pass to be called an outlier; `null` where nothing could be judged. */
  readonly threshold: number | null;
  /** Share of the reference's rows that the threshold is set for; `null` where bounds were given. */
  readonly expectedRate: number | null;
  readonly reference: OutlierSide;
  readonly current: OutlierSide;
  readonly note: string | null;
}

/** One side of a comparison. */
export interface ComparedData {
  /** As the user named it; `-` is stdin. */
  readonly source: string;
  readonly rows: number;
  /** True where a stored profile stood in for the data. */
  readonly isProfile: boolean;
}

/** Two data sets compared, as `millrace drift --json` prints it. */
export interface DriftReport {
  readonly dataset: {
    readonly verdict: DriftVerdict;
    /** Drifted over measured columns, in [0, 1]; `null` where none could be measured. */
    readonly share: number | null;
    readonly drifted: number;
    /** Columns that were measured: neither insufficient nor left out. */
    readonly columns: number;
    /** `benjamini-hochberg`, `bonferroni` or `uncorrected`. */
    readonly method: string;
  };
  readonly columns: readonly ColumnDrift[];
  readonly multivariate: readonly MultivariateDrift[];
  /** Where they were asked for. */
  readonly outliers?: readonly OutlierReport[];
  readonly reference: ComparedData;
  readonly current: ComparedData;
  /** Of every resampling in the report. */
  readonly seed: number;
  /** Columns on one side alone, and what else a reader should know. */
  readonly notes: readonly string[];
}

/** The two distributions of one column, on the same bins or categories. */
export type ColumnPicture =
  | {
      readonly of: 'histogram';
      /** k + 1 ascending edges of k bins; the outer bins hold what lies beyond. */
      readonly edges: readonly number[];
      /** Shares per bin, each side summing to 1. */
      readonly reference: readonly number[];
      readonly current: readonly number[];
    }
  | {
      readonly of: 'categories';
      /** Most frequent first; a last one may stand for all the others. */
      readonly categories: readonly string[];
      readonly reference: readonly number[];
      readonly current: readonly number[];
    };

/** A numeric column over time: quantiles of each slice; `null` where a slice has no value. */
export interface TimeStrip {
  /** Start of each slice, ms since the epoch, ascending; reference slices first where they overlap. */
  readonly startMs: readonly number[];
  readonly side: readonly ('reference' | 'current')[];
  readonly low: readonly (number | null)[];
  readonly median: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** What the HTML page draws besides the report: by column name. */
export interface DriftPictures {
  readonly columns: { readonly [name: string]: ColumnPicture };
  readonly strips: { readonly [name: string]: TimeStrip };
  /** Name of the time column of the strips. */
  readonly timeColumn: string | null;
}

import type { ExplanationMethod, RowFields } from '../../contracts/index.js';

/** Which rows are explained. */
export type AskedRows =
  /** Of the data that the version was evaluated on, else of that it learned from. */
  | { readonly of: 'holdout' }
  | { readonly of: 'file'; readonly path: string }
  | { readonly of: 'row'; readonly fields: RowFields }
  | { readonly of: 'prediction'; readonly id: string };

/** What somebody wants explained, and how. Names are the signature's: whoever asks has seen to it. */
export interface ExplainRequest {
  readonly method: ExplanationMethod;
  readonly rows: AskedRows;
  /** Rows at most, drawn where there are more; absent: {@link DEFAULT_ROWS}. */
  readonly limit?: number;
  /** A file in place of the training data. */
  readonly backgroundFile?: string;
  readonly backgroundRows?: number;
  readonly seed: number;
  /** Place of the class among the signature's; absent: the positive or predicted one. */
  readonly classIndex?: number;
  /** Features whose dependence is computed; absent: all. */
  readonly features?: readonly string[];
  readonly ice?: boolean;
  readonly samples?: number;
  readonly repeats?: number;
  readonly metric?: string;
}

/** A background row stands for "without this feature" in every score that is asked for. */
export const DEFAULT_BACKGROUND_ROWS = 100;

/** So that a model of ten features answers within a minute, by whatever method. */
export const DEFAULT_ROWS: Readonly<Record<ExplanationMethod, number>> = {
  shap: 50,
  kernelShap: 20,
  lime: 20,
  partialDependence: 200,
  permutation: 2_000,
  native: 50,
};

/** Methods that explain each row by itself. */
export function explainsRows(method: ExplanationMethod): boolean {
  return method === 'shap' || method === 'kernelShap' || method === 'lime';
}

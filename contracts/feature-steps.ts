import type { ArtifactRef } from './artifact.js';
import type { TaskType } from './signature.js';

/**
 * Runs one DuckDB SELECT over tables of earlier steps. Hands on the artifact `data` and the values
 * `rows` and `schema` (name and kind of each column).
 */
export interface TransformInputs {
  /** May name the inputs, and as `$name` the values; nothing else. */
  readonly sql: string;
  /** Name in the query → table. */
  readonly inputs: { readonly [name: string]: ArtifactRef };
  /** What may differ from run to run, bound as parameters: never pasted into the text. */
  readonly values?: { readonly [name: string]: string | number | boolean };
  /** Column of the result that carries event time. Default: the inputs' own, where it is there still. */
  readonly time?: string;
  /** Beyond it, it spills to disk. Default: a quarter of the machine's. */
  readonly memoryMb?: number;
}

/** What `impute`, `encode` and `select` share. */
interface FittedStepInputs {
  /** The training data: all that is learned is learned from it. */
  readonly data: ArtifactRef;
  /** Handed on with the same changes; nothing is learned from it. */
  readonly holdout?: ArtifactRef;
  /** What is predicted: never changed. */
  readonly target?: string;
  /** Columns that are left as they are. */
  readonly exclude?: readonly string[];
}

export const IMPUTE_STRATEGIES = ['mean', 'median', 'mode', 'forwardFill'] as const;
export type ImputeStrategy = (typeof IMPUTE_STRATEGIES)[number];

/** How the missing values of one column are filled in. */
export type ColumnImputation =
  | ImputeStrategy
  | { readonly constant: string | number | boolean }
  | { readonly forwardFill: { readonly by: string } };

/**
 * Fills in missing values by what the training data says. Hands on the artifacts `data`, `holdout`
 * (where one was given) and `fitted`, and the values `rows` and `filled` (by column).
 */
export interface ImputeInputs extends FittedStepInputs {
  readonly columns?: { readonly [name: string]: ColumnImputation };
  /** Of all columns of numbers that `columns` does not name. Default: they stay as they are. */
  readonly numbers?: ColumnImputation;
  /** Of all columns of text that `columns` does not name. */
  readonly texts?: ColumnImputation;
}

export const NUMBER_ENCODINGS = ['standard', 'minMax', 'log'] as const;
export const CATEGORY_ENCODINGS = ['oneHot', 'ordinal'] as const;
export const WORD_ENCODINGS = ['bagOfWords', 'tfIdf'] as const;

/** Which words of a text become columns, and how. */
export interface WordOptions {
  /** Shortest and longest run of words that counts as one. Default [1, 1]. */
  readonly ngrams?: readonly [number, number];
  /** The most frequent ones only. Default 1,000. */
  readonly maxTerms?: number;
  /** Only those that so many texts hold. Default 1. */
  readonly minDocuments?: number;
}

/** How one column becomes numbers that a model can take. */
export type ColumnEncoding =
  | (typeof NUMBER_ENCODINGS)[number]
  | (typeof CATEGORY_ENCODINGS)[number]
  | (typeof WORD_ENCODINGS)[number]
  | { readonly ordinal: readonly (string | number)[] }
  | { readonly bagOfWords: WordOptions }
  | { readonly tfIdf: WordOptions };

/**
 * Scales numbers and turns categories and words into numbers, by what the training data says. Hands
 * on what `impute` does, with `columns`: the number of columns of the result.
 */
export interface EncodeInputs extends FittedStepInputs {
  readonly columns?: { readonly [name: string]: ColumnEncoding };
  readonly numbers?: ColumnEncoding;
  readonly texts?: ColumnEncoding;
}

export const SELECTION_METHODS = [
  'correlation',
  'mutualInformation',
  'chiSquared',
  'anova',
  'importance',
  'recursive',
  'pca',
] as const;
export type SelectionMethod = (typeof SELECTION_METHODS)[number];

/**
 * Keeps the columns of numbers that say most about the target, or replaces them by their principal
 * components. Hands on the artifacts `data`, `holdout`, `fitted` and `report` (the score of each
 * column), and the values `rows`, `selected` (names) and `dropped` (how many).
 */
export interface SelectInputs extends FittedStepInputs {
  readonly target: string;
  readonly method: SelectionMethod;
  /** Columns to keep, or components to make. */
  readonly keep?: number;
  /** Instead of `keep`: the least score that is kept. Of `pca`: the share of variance to explain. */
  readonly atLeast?: number;
  /** Columns to choose from. Default: all numbers and booleans but the target. */
  readonly columns?: readonly string[];
  /** Of two columns that correlate more than this, the one with the lower score goes. */
  readonly maxCorrelation?: number;
  readonly task?: TaskType;
  /** Default 42. */
  readonly seed?: number;
}

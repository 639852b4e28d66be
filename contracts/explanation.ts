import { type ArtifactRef, isArtifactRef } from './artifact.js';
import { canonicalJson, type JsonValue } from './json.js';

/** Ways to say what each feature has to do with a model's answers. */
export const EXPLANATION_METHODS = [
  'shap',
  'kernelShap',
  'lime',
  'partialDependence',
  'permutation',
  'native',
] as const;

export type ExplanationMethod = (typeof EXPLANATION_METHODS)[number];

/** How a feature's dependence is drawn: the score, averaged over rows, at each value of it. */
export interface DependenceCurve {
  readonly feature: string;
  /** Numbers ascending, or categories; '' is a missing text. */
  readonly values: readonly (number | string)[];
  /** One a value. */
  readonly average: readonly number[];
  /** The curve of each row, where they were asked for. */
  readonly individual?: readonly (readonly number[])[];
}

/** Of one row: what it was given, what the model said, and each feature's part in it. */
export interface ExplainedRow {
  /** Of the prediction that was logged; absent for rows from elsewhere. */
  readonly id?: string;
  /** One a feature; `null` where it was missing. */
  readonly values: readonly (number | string | null)[];
  /** The explained score: a regression's answer, the probability of the explained class. */
  readonly score: number;
  /** One a feature, in units of the score; `null` where the method explains no single row. */
  readonly attributions: readonly number[] | null;
  /** What a surrogate's weight is on, one a feature: `9.1 < temperature <= 12.4`. */
  readonly conditions?: readonly string[];
  /** R² of the surrogate around the row. */
  readonly fit?: number;
}

/**
 * Whether the features that are named matter to the model: the mean change of the score when they are
 * replaced by the background's values, beside the same for random features.
 */
export interface Faithfulness {
  /** Features taken away at once. */
  readonly removed: number;
  readonly rows: number;
  readonly change: number;
  readonly randomChange: number;
  /** `change / randomChange`; `null` where random features change nothing. */
  readonly ratio: number | null;
  /** Share of random sets that change less, ties counted half: 0.5 is chance. */
  readonly betterThanRandom: number;
}

/** Cosine similarity of the attributions that disjoint parts of the data give. */
export interface Consistency {
  readonly parts: number;
  readonly rows: number;
  readonly cosine: number;
  readonly least: number;
}

/** What `millrace explain` found of one version. */
export interface Explanation {
  readonly format: 'millrace-explanation/1';
  readonly model: string;
  readonly version: number;
  readonly method: ExplanationMethod;
  /** How the method was computed: `exact`, `permutation` and `kernel` of Shapley values. */
  readonly algorithm: string;
  /** Python library → version. */
  readonly libraries: { readonly [library: string]: string };
  readonly seed: number;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** What the score is: the target, or the class of it whose probability is explained. */
  readonly target: string;
  readonly class: string | number | boolean | null;
  readonly features: readonly string[];
  /** One a feature: mean of |attribution|, spread of a curve, loss added by shuffling. */
  readonly importance: readonly number[];
  /** Standard deviation of the importance over repetitions, where there are any. */
  readonly spread?: readonly number[];
  /** What permutation measured by, and what the metric was before shuffling. */
  readonly metric?: string;
  readonly measured?: number;
  /** What the model's own importance is: a decrease of impurity, or coefficients. */
  readonly nativeKind?: string;
  /** The mean score of the background, which attributions add up from; `null` of other methods. */
  readonly baseValue: number | null;
  readonly background: { readonly from: string; readonly rows: number };
  readonly data: { readonly from: string; readonly rows: number };
  readonly rows: readonly ExplainedRow[];
  readonly curves: readonly DependenceCurve[];
  readonly faithfulness: Faithfulness | null;
  readonly consistency: Consistency | null;
  /** What limits it, a sentence each. */
  readonly notes: readonly string[];
}

/** What a row of a request is made of. */
export type RowFields = { readonly [name: string]: JsonValue };

/** Tag of a version under which its newest explanation by a method is kept for the model card. */
export function explanationTag(method: ExplanationMethod): string {
  return `explanation.${method}`;
}

export function explanationTagValue(stored: ArtifactRef): string {
  return canonicalJson(stored);
}

/** Where an explanation lies; `null` for a value that a person wrote there. */
export function readExplanationTag(value: string): ArtifactRef | null {
  try {
    const read: unknown = JSON.parse(value);
    return isArtifactRef(read) ? read : null;
  } catch {
    return null;
  }
}

/** Whether a feature was measured: of partial dependence some may be left out, with an importance of 0. */
export function isMeasured({ curves }: Pick<Explanation, 'curves'>, feature: string): boolean {
  return curves.length === 0 || curves.some((curve) => curve.feature === feature);
}

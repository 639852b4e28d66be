import type { TimeWindow } from './measurement.js';
import type { PredictionRecord } from './prediction.js';

/** A prediction that a person is asked the true answer of. */
export interface ReviewItem {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly window: TimeWindow;
  readonly eventTime: string;
  readonly inputs: PredictionRecord['inputs'];
  readonly prediction: PredictionRecord['prediction'];
  /** By the name of the class; `null` for a regression. */
  readonly probabilities: { readonly [name: string]: number } | null;
  /** Probability of the predicted class; `null` where there is none. */
  readonly confidence: number | null;
  /** Why it was chosen, the weightiest first; at least one. */
  readonly reasons: readonly ReviewReason[];
  /** What its label would teach, in [0, 3]: the sum of the weights. */
  readonly score: number;
  /** Wall clock, RFC 3339. */
  readonly queuedAt: string;
  readonly status: 'open' | 'answered' | 'skipped';
  /** Who looks at it now, so that two people are not shown the same. */
  readonly claim: { readonly actor: string; readonly until: string } | null;
  readonly answer: ReviewAnswer | null;
}

export interface ReviewReason {
  readonly why: 'low-confidence' | 'unusual-prediction' | 'disagreement' | 'rare' | 'outlying';
  /** In [0, 1]. */
  readonly weight: number;
  /** One sentence with its numbers. */
  readonly detail: string;
}

export interface ReviewAnswer {
  /** `null`: skipped. */
  readonly label: PredictionRecord['prediction'] | null;
  readonly actor: string;
  readonly note: string | null;
  /** Wall clock, RFC 3339. */
  readonly at: string;
}

/** A labelled prediction whose label is probably wrong. */
export interface LabelSuspect {
  readonly id: string;
  readonly version: number;
  readonly eventTime: string;
  readonly inputs: PredictionRecord['inputs'];
  readonly prediction: PredictionRecord['prediction'];
  readonly label: PredictionRecord['prediction'];
  /** What the label should rather be; of a regression what was predicted. */
  readonly likely: PredictionRecord['prediction'];
  /** How sure that is: the margin of probabilities, in [0, 1], or the error in spreads of it. */
  readonly strength: number;
  readonly detail: string;
}

export interface ClaimReview {
  readonly model: string;
  readonly actor: string;
}

export interface AnswerReview {
  readonly id: string;
  /** As it was typed: what it means is the signature's affair. `null`: skip it. */
  readonly label: string | null;
  readonly actor: string;
  readonly note: string | null;
}

/** What is next, and how many are open with it; `null` where nothing is. */
export interface ClaimedReview {
  readonly item: ReviewItem | null;
  readonly open: number;
}

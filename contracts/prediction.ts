import type { JsonValue } from './json.js';

/** One served row as the prediction log keeps it (one NDJSON line). */
export interface PredictionRecord {
  /** `<uuidv7 of the request>/<row>`, made by the server. */
  readonly id: string;
  readonly model: string;
  readonly version: number;
  /** Wall clock, RFC 3339 with milliseconds. */
  readonly at: string;
  /** Event time from the signature's time column, RFC 3339; the wall clock where there is none. */
  readonly eventTime: string;
  /**
   * The request left out the time that the signature names, so the wall clock stands for it. Such a
   * row does not move the watermark as long as others carry their time.
   */
  readonly timeAssumed?: true;
  readonly inputs: { readonly [name: string]: number | string | boolean | null };
  readonly context: { readonly [name: string]: JsonValue };
  readonly prediction: number | string | boolean;
  /** Class probabilities in the order of the signature's classes; absent for a regression. */
  readonly probabilities?: readonly number[];
  /** How sure it is, in [0, 1]: the share of this answer among several askings. */
  readonly confidence?: number;
  /** The answer was given before, to an equal row. */
  readonly cached?: true;
  /** The id the client gave, echoed and never used as a key. */
  readonly clientId?: string;
  /** Inputs that a repair filled in for the model; `inputs` has them as they came, missing. */
  readonly imputed?: readonly string[];
  /** Inputs whose value was looked up in the online store; `inputs` has them. */
  readonly lookedUp?: readonly string[];
  /** Inputs that were unlike the reference's, where the model's gateways look for such. */
  readonly outliers?: readonly string[];
  /** The champion that this version stood in for. */
  readonly fallbackFor?: number;
  /** Number of the route by which this version answered; absent: no rollout was in flight. */
  readonly route?: number;
}

/** What a version in the shadow said of a row that another version answered. */
export interface ShadowRecord {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  readonly version: number;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** Number of the route that named the shadow. */
  readonly route: number;
  /** Of its request, from when it was asked. */
  readonly latencyMs: number;
  /** `null` where it could not answer. */
  readonly prediction: number | string | boolean | null;
  readonly probabilities?: readonly number[];
  /** Why it could not answer. */
  readonly error?: string;
}

export interface LabelRecord {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  readonly label: number | string | boolean;
  /** Wall clock at which it arrived, RFC 3339. A later label for the same id replaces the earlier. */
  readonly at: string;
}

/** What a user said of a prediction. Of each part the newest stands; a part that is absent changes nothing. */
export interface FeedbackRecord {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  /** Wall clock at which it arrived, RFC 3339. */
  readonly at: string;
  readonly thumbs?: Thumbs;
  /** From {@link SCORE_RANGE}. */
  readonly score?: number;
  readonly tag?: string;
}

export type Thumbs = 'up' | 'down';

/** A score lies in this range, both ends included. */
export const SCORE_RANGE = { min: 0, max: 10 } as const;

/**
 * What a prediction was worth to the business, by the metric's name. Of each metric the newest
 * value stands; one that is not named changes nothing.
 */
export interface BusinessRecord {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  /** Wall clock at which it arrived, RFC 3339. */
  readonly at: string;
  readonly metrics: { readonly [name: string]: number };
}

/** What a business metric may be called. */
export const METRIC_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

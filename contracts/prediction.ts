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
  /** The id the client gave, echoed and never used as a key. */
  readonly clientId?: string;
}

export interface LabelRecord {
  /** The prediction's id. */
  readonly id: string;
  readonly model: string;
  readonly label: number | string | boolean;
  /** Wall clock at which it arrived, RFC 3339. A later label for the same id replaces the earlier. */
  readonly at: string;
}

/** How the gateways serve a model: the `serve` block of its pipeline. What is absent is the default. */
export interface ServeSpec {
  /** Most rows that are computed in one run; 256. */
  readonly batchRows?: number;
  /** How long a request may wait for others to be computed with; 0. */
  readonly batchDelayMs?: number;
  /** Rows that may wait for the model; 32,768. */
  readonly maxWaitingRows?: number;
  /** Longest time from asking the model to its answer; 30 s. */
  readonly timeoutMs?: number;
  /** Each answer names the inputs that are unlike the training data's; not by default. */
  readonly outliers?: true;
  /** What becomes of a category that the training data never had; `pass`: the model gets it. */
  readonly unknownCategories?: UnknownCategoryRule;
  /** How features are looked up that a request does not bring. */
  readonly features?: FeatureLookupSpec;
  readonly log?: LogSpec;
  /** A generative model is asked several times; its commonest answer is the answer. */
  readonly sampling?: SamplingSpec;
  /** Answers are kept and given again to equal rows; not by default. */
  readonly cache?: CacheSpec;
}

/** How often a model is asked the same, so that it is known how sure it is. */
export interface SamplingSpec {
  /** At least 2. */
  readonly times: number;
  /** Most requests to its server at once, of all clients together. */
  readonly concurrency: number;
}

/** What is kept of answers, for each version. */
export interface CacheSpec {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** An answer that is older is not given again. */
  readonly ttlMs: number;
}

export interface FeatureLookupSpec {
  /** Longest time that a request waits for the online store; 100 ms. */
  readonly timeoutMs?: number;
  /** What becomes of a request whose features cannot be looked up; `reject`: 503. */
  readonly onFailure?: 'reject' | 'asMissing';
}

/** `reject`: the request is refused; `asMissing`: the model gets a missing value. */
export type UnknownCategoryRule = 'reject' | 'asMissing' | 'pass';

/** What the prediction log keeps of a model's requests, and for how long. */
export interface LogSpec {
  /** Share of the requests that is kept, in (0, 1]; all. */
  readonly sample?: number;
  /** From how old on predictions are deleted; they are kept. */
  readonly keepMs?: number;
  /** The oldest predictions beyond so many bytes are deleted; they are kept. */
  readonly keepBytes?: number;
  /** Columns that are not kept as they came. */
  readonly columns?: { readonly [column: string]: Masking };
}

/** `hash`: equal values stay equal, and cannot be read; `drop`: missing. */
export type Masking = 'hash' | 'drop';

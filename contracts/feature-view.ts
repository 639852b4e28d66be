/** What a feature can hold: what an input of a model can. */
export const FEATURE_KINDS = ['number', 'integer', 'boolean', 'string'] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

export interface FeatureColumn {
  readonly name: string;
  readonly kind: FeatureKind;
}

/** A file, or files by a glob pattern, under the name that the SQL knows it by. */
export interface SourceFiles {
  readonly name: string;
  /** `/`-separated; relative to the base directory of whoever holds the definition. */
  readonly path: string;
}

/** Where a view's rows come from. */
export interface FeatureSource {
  /** DuckDB SQL over the files; `null`: the rows of the only entry of `files`. */
  readonly sql: string | null;
  /** Ascending by name. */
  readonly files: readonly SourceFiles[];
}

/**
 * What decides the values of a feature view: the same for training, where its rows are joined
 * point-in-time, and for serving, where the latest row of each entity is in the online store.
 */
export interface FeatureDefinition {
  readonly name: string;
  /** Columns that tell whose values a row holds, in the file's order; at least one. */
  readonly entity: readonly string[];
  /** Column that says from when on a row's values were known: event time. */
  readonly timestamp: string;
  readonly source: FeatureSource;
  /** Ascending by name: the order in which the online store keeps their values. */
  readonly columns: readonly FeatureColumn[];
  /** Older values count as missing; `null`: none is too old. */
  readonly ttlMs: number | null;
  /** SHA-256 in hex of all of the above but the name, whatever directory the file stands in. */
  readonly hash: string;
}

/** A definition with what people say of it. */
export interface FeatureView extends FeatureDefinition {
  readonly owner: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** By the column's name; those that have none are absent. */
  readonly columnDescriptions: { readonly [column: string]: string };
}

/** A view as a pipeline or a model uses it. */
export interface FeatureUse {
  readonly definition: FeatureDefinition;
  /** Names of its columns that are used, ascending; at least one. */
  readonly columns: readonly string[];
}

/** Key of a table's metadata: the {@link FeatureUse}s that were joined to it, as JSON. */
export const FEATURES_KEY = 'millrace.features';

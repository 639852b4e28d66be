/**
 * What people say of a model in the `card` block of its pipeline: nothing of it can be measured.
 * Each is absent where it was not written.
 */
export interface CardSpec {
  /** Decisions that the model is for. */
  readonly intendedUse?: readonly string[];
  /** Uses that it is not for. */
  readonly outOfScope?: readonly string[];
  readonly limitations?: readonly string[];
  /** Person or team who answers for it. */
  readonly owner?: string;
  /** Where the data comes from, and by what right it is used. */
  readonly dataSources?: readonly string[];
  /** How the labels came about. */
  readonly labelling?: string;
  /** SPDX expression or a name: `Apache-2.0`, `proprietary`. */
  readonly licence?: string;
}

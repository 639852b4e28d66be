/** The value of one input in a request; `null` is missing. */
export type ExampleValue = number | string | boolean | null;

/**
 * A request that a version is known to answer, and its answer. The rows are made from quantiles and
 * frequent values of the hold-out, column by column: none is a row of the data.
 */
export interface ModelExample {
  readonly format: 'millrace-example/1';
  /** Body of a request to `/invocations`; every input of the signature in each row. */
  readonly request: {
    readonly dataframe_records: readonly { readonly [input: string]: ExampleValue }[];
  };
  readonly answer: {
    /** One a row. */
    readonly predictions: readonly (number | string | boolean)[];
    /** Per row in the order of the signature's classes; absent for a regression. */
    readonly probabilities?: readonly (readonly number[])[];
  };
}

export type TaskType = 'regression' | 'classification';

/** Kinds of values that travel over the wire and through tables. */
export type ValueKind = 'number' | 'integer' | 'boolean' | 'string' | 'timestamp';

/** One input of a model: a named column of the request. */
export interface SignatureInput {
  readonly name: string;
  readonly kind: Exclude<ValueKind, 'timestamp'>;
  /** May be null or absent; the model's own pipeline fills it in. */
  readonly nullable: boolean;
  /** Which tensor of the ONNX graph carries it: numbers, integers and booleans in `numeric`. */
  readonly tensor: 'numeric' | 'categorical';
  /** Column within that tensor. */
  readonly index: number;
}

/** A column that is accepted and logged but not fed to the model. */
export interface ContextColumn {
  readonly name: string;
  /** `unused`: a column that a `select` step left out, which the next one may take. */
  readonly role: 'time' | 'key' | 'group' | 'entity' | 'unused';
  readonly kind: ValueKind;
}

/**
 * What a served model takes and gives. The ONNX graph has at most two inputs, `numeric`
 * (float32, [rows, k], NaN is missing) and `categorical` (string, [rows, m], '' is missing);
 * a regression has the output `prediction` (float32, [rows, 1]), a classification `label`
 * (string or int64, [rows]) and `probabilities` (float32, [rows, classes]).
 */
export interface ModelSignature {
  readonly task: TaskType;
  readonly inputs: readonly SignatureInput[];
  readonly context: readonly ContextColumn[];
  readonly output: {
    readonly name: string;
    readonly kind: Exclude<ValueKind, 'timestamp'>;
    /** Class labels in the order of `probabilities`; absent for a regression. */
    readonly classes?: readonly (string | number | boolean)[];
  };
}

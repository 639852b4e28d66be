import type { ModelSignature } from '../../contracts/index.js';

interface TensorLayout {
  readonly name: 'numeric' | 'categorical';
  readonly type: 'float32' | 'string';
  /** Number of columns; the rows are the first dimension. */
  readonly columns: readonly string[];
  /** What stands for a missing value. */
  readonly missing: 'NaN' | '';
}

/** How a row of a request becomes the graph's tensors, and the graph's tensors an answer. */
export interface Preprocessing {
  readonly format: 'millrace-preprocessing/1';
  readonly tensors: readonly TensorLayout[];
  /** How each kind of value is written into a tensor. */
  readonly values: { readonly [kind: string]: string };
  /** Columns that may be missing: the graph fills them in. */
  readonly nullable: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  readonly inGraph: string;
}

const VALUES = {
  number: 'as it is, in float32',
  integer: 'as it is, in float32',
  boolean: '1 for true, 0 for false',
  string: 'as it is',
};

/** Everything that whoever runs the graph must do by itself: the rest is part of the graph. */
export function preprocessingOf(signature: ModelSignature): Preprocessing {
  const columnsOf = (tensor: TensorLayout['name']) =>
    signature.inputs
      .filter((input) => input.tensor === tensor)
      .sort((a, b) => a.index - b.index)
      .map(({ name }) => name);
  const tensors: readonly TensorLayout[] = [
    { name: 'numeric', type: 'float32', columns: columnsOf('numeric'), missing: 'NaN' },
    { name: 'categorical', type: 'string', columns: columnsOf('categorical'), missing: '' },
  ];
  return {
    format: 'millrace-preprocessing/1',
    tensors: tensors.filter(({ columns }) => columns.length > 0),
    values: VALUES,
    nullable: signature.inputs.flatMap(({ name, nullable }) => (nullable ? [name] : [])),
    outputs:
      signature.task === 'regression'
        ? [{ name: 'prediction', type: 'float32[rows, 1]' }]
        : [
            { name: 'label', type: 'string[rows] or int64[rows]' },
            {
              name: 'probabilities',
              type: 'float32[rows, classes], in the order of the signature',
            },
          ],
    inGraph: 'missing values, categories, scaling and all that training fitted are in model.onnx',
  };
}

import type { ContextColumn, ModelSignature, SignatureInput } from '../../../contracts/index.js';
import { outputMetadata } from '../protocols/model-metadata.js';
import { COLUMN_DATATYPES } from '../protocols/tensors/datatypes.js';
import { MAX_ROWS } from '../protocols/tensors/shapes.js';
import type { JsonSchema } from '../route-declaration.js';

/** What one model takes and gives, over each protocol, from its signature. */
export interface ModelSchemas {
  readonly inference: { readonly request: JsonSchema; readonly response: JsonSchema };
  readonly invocation: { readonly request: JsonSchema; readonly response: JsonSchema };
}

export function modelSchemas(model: string, signature: ModelSignature): ModelSchemas {
  return {
    inference: {
      request: inferenceRequest(signature),
      response: inferenceResponse(model, signature),
    },
    invocation: {
      request: invocationRequest(signature),
      response: invocationResponse(model, signature),
    },
  };
}

/** One tensor a column: each column that the model needs, and none twice. */
function inferenceRequest({ inputs, context, ...signature }: ModelSignature): JsonSchema {
  const needed = inputs.filter(({ nullable }) => !nullable);
  const columns = [
    ...inputs.map((input) => columnTensor(input, inputValue(input))),
    ...context.map((column) => columnTensor(column, contextValue(column))),
  ];
  const outputs = outputMetadata({ inputs, context, ...signature });
  return {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string', maxLength: 256, description: 'echoed in the answer' },
      inputs: {
        type: 'array',
        minItems: Math.max(1, needed.length),
        maxItems: columns.length,
        items: { anyOf: columns },
        allOf: needed.map(({ name }) => ({
          contains: { type: 'object', properties: { name: { const: name } } },
        })),
      },
      outputs: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { enum: outputs.map(({ name }) => name) } },
        },
      },
      parameters: { type: 'object', properties: { binary_data_output: { type: 'boolean' } } },
    },
  };
}

function columnTensor(
  { name, kind }: Pick<SignatureInput | ContextColumn, 'name' | 'kind'>,
  items: JsonSchema,
): JsonSchema {
  return {
    type: 'object',
    required: ['name', 'shape', 'datatype', 'data'],
    properties: {
      name: { const: name },
      shape: {
        type: 'array',
        minItems: 1,
        maxItems: 2,
        items: { type: 'integer', minimum: 1, maximum: MAX_ROWS },
      },
      datatype: { enum: COLUMN_DATATYPES[kind] },
      data: { type: 'array', minItems: 1, items },
    },
  };
}

function inferenceResponse(model: string, signature: ModelSignature): JsonSchema {
  const outputs = outputMetadata(signature).map(({ name, datatype, shape }) => ({
    type: 'object',
    required: ['name', 'shape', 'datatype', 'data'],
    properties: {
      name: { const: name },
      datatype: { const: datatype },
      shape: { type: 'array', minItems: shape.length, maxItems: shape.length },
      data: { type: 'array', items: OUTPUT_VALUE[datatype] },
    },
  }));
  return {
    type: 'object',
    required: ['model_name', 'model_version', 'id', 'parameters', 'outputs'],
    properties: {
      model_name: { const: model },
      model_version: { type: 'string' },
      id: { type: 'string' },
      parameters: {
        type: 'object',
        required: ['prediction_id', 'prediction_ids'],
        properties: {
          prediction_id: { type: 'string' },
          prediction_ids: { type: 'array', items: { type: 'string' } },
        },
      },
      outputs: { type: 'array', items: { anyOf: outputs } },
    },
  };
}

function invocationRequest(signature: ModelSignature): JsonSchema {
  const row = rowSchema(signature);
  const list = { type: 'array', minItems: 1, maxItems: MAX_ROWS } as const;
  const columns = [...signature.inputs, ...signature.context].map(({ name }) => name);
  const form = (name: string, schema: JsonSchema): JsonSchema => ({
    type: 'object',
    required: [name],
    additionalProperties: false,
    properties: { [name]: schema, params: { type: 'object' } },
  });
  return {
    oneOf: [
      form('dataframe_records', { ...list, items: row }),
      form('dataframe_split', {
        type: 'object',
        required: ['columns', 'data'],
        additionalProperties: false,
        properties: {
          columns: { type: 'array', items: { enum: columns }, uniqueItems: true },
          index: { type: 'array' },
          data: { ...list, items: { type: 'array' } },
        },
      }),
      form('instances', { ...list, items: row }),
      form('inputs', {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(columns.map((name) => [name, { type: 'array' }])),
      }),
    ],
  };
}

function rowSchema({ inputs, context }: ModelSignature): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: inputs.filter(({ nullable }) => !nullable).map(({ name }) => name),
    properties: Object.fromEntries([
      ...inputs.map((input) => [input.name, inputValue(input)]),
      ...context.map((column) => [column.name, contextValue(column)]),
    ]),
  };
}

function invocationResponse(model: string, { task, output }: ModelSignature): JsonSchema {
  const numbers = { type: 'array', items: { type: 'number' } };
  return {
    type: 'object',
    required: ['predictions', 'model_name', 'model_version', 'prediction_ids'],
    properties: {
      predictions: {
        type: 'array',
        items: output.classes ? { enum: output.classes } : { type: output.kind },
      },
      ...(task === 'classification' && { probabilities: { type: 'array', items: numbers } }),
      model_name: { const: model },
      model_version: { type: 'string' },
      prediction_ids: { type: 'array', items: { type: 'string' } },
    },
  };
}

/** Largest magnitude that the model's tensors carry. */
const FLOAT32_MAX = 3.4028234663852886e38;

function inputValue({ kind, nullable }: SignatureInput): JsonSchema {
  const type = nullable ? [kind, 'null'] : kind;
  if (kind === 'number') return { type, minimum: -FLOAT32_MAX, maximum: FLOAT32_MAX };
  if (kind === 'integer') {
    return { type, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  }
  return kind === 'string' && !nullable ? { type, minLength: 1 } : { type };
}

function contextValue({ role }: ContextColumn): JsonSchema {
  return role === 'time'
    ? { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'integer' }, { type: 'null' }] }
    : { type: ['string', 'number', 'boolean', 'null'] };
}

const OUTPUT_VALUE = {
  FP32: { type: 'number' },
  INT64: { type: 'integer' },
  BOOL: { type: 'boolean' },
  BYTES: { type: 'string' },
} as const;

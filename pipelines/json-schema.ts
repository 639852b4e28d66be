import * as z from 'zod';
import { CONCEPT_DETECTORS, STEP_KINDS, type StepKind } from '../contracts/index.js';
import { featureFileSchema } from './features/feature-schema.js';
import { DETECTOR_OPTIONS } from './schema/detector-options.js';
import { fileSchema } from './schema/file-schema.js';
import { literalSchema, STEP_INPUT_SCHEMAS } from './steps/index.js';

/** Kinds whose `with` is any small JSON. */
const TAKES_ANYTHING: readonly StepKind[] = ['run', 'noop'];

type JsonSchema = { [key: string]: unknown };

const EXPRESSION: JsonSchema = {
  type: 'string',
  pattern: '\\$\\{[^}]+\\}',
  description: 'An expression over params, run and the outputs of earlier steps.',
};

/**
 * JSON Schema (2020-12) of a pipeline file for editors, made from the zod schemas that the compiler
 * itself uses. `with:` is checked by the step's kind; any value there may also be an expression.
 */
export function pipelineJsonSchema(): JsonSchema {
  const schema = toJsonSchema(fileSchema);
  const steps = child(child(schema, 'properties'), 'steps');
  const step = child(steps, 'additionalProperties');
  step['oneOf'] = [{ required: ['uses'] }, { required: ['run'] }];
  step['allOf'] = STEP_KINDS.filter((kind) => !TAKES_ANYTHING.includes(kind)).map((kind) => {
    const inputs = toJsonSchema(STEP_INPUT_SCHEMAS[kind]);
    delete inputs['$schema'];
    return {
      if: { properties: { uses: { const: kind } }, required: ['uses'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: {
        properties: { with: inputs },
        ...(kind !== 'approve' && { required: ['with'] }),
      },
    };
  });
  addDetectorOptions(schema);
  return { ...schema, title: 'millrace pipeline' };
}

/** JSON Schema (2020-12) of a file of feature views. */
export function featureJsonSchema(): JsonSchema {
  return { ...toJsonSchema(featureFileSchema), title: 'millrace feature views' };
}

/** The ranges of each detector's options. */
function addDetectorOptions(schema: JsonSchema): void {
  const drift = properties(child(properties(child(properties(schema), 'monitor')), 'drift'));
  child(drift, 'concept')['allOf'] = CONCEPT_DETECTORS.map((detector) => {
    const options = toJsonSchema(DETECTOR_OPTIONS[detector]);
    delete options['$schema'];
    return {
      if: { properties: { detector: { const: detector } }, required: ['detector'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { options } },
    };
  });
}

function properties(schema: JsonSchema): JsonSchema {
  return child(schema, 'properties');
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const open = literalSchema(zodSchema);
      if (open === undefined) return;
      const { description } = jsonSchema;
      if (!open.literal) Object.assign(jsonSchema, EXPRESSION);
      else {
        const literal = toJsonSchema(open.schema);
        delete literal['$schema'];
        jsonSchema.anyOf = [literal, { ...EXPRESSION }];
      }
      if (description !== undefined) jsonSchema.description = description;
    },
  }) as JsonSchema;
}

function child(schema: JsonSchema, key: string): JsonSchema {
  const value = schema[key];
  if (typeof value !== 'object' || value === null) throw new TypeError(`no ${key} in the schema`);
  return value as JsonSchema;
}

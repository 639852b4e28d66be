import { expect, test } from 'vitest';
import { pipelineJsonSchema } from '../../pipelines/json-schema.js';

type Json = { readonly [key: string]: Json };

const schema = pipelineJsonSchema() as unknown as Json;

test('names what must be there and refuses the rest', () => {
  expect(schema['required']).toEqual(['apiVersion', 'name', 'steps']);
  expect(schema['additionalProperties']).toBe(false);
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test('checks with: by the kind of the step, and lets an expression stand anywhere', () => {
  const step = schema['properties']?.['steps']?.['additionalProperties'];
  const rules = (step?.['allOf'] ?? []) as unknown as readonly Json[];
  const train = rules.find((rule) => {
    return rule['if']?.['properties']?.['uses']?.['const'] === ('train' as never);
  });
  const inputs = train?.['then']?.['properties']?.['with'];
  expect(inputs?.['required']).toEqual(['data', 'target']);
  expect(inputs?.['additionalProperties']).toBe(false);
  expect(inputs?.['properties']?.['depth']?.['anyOf']).toMatchObject([
    { type: 'integer', minimum: 1, maximum: 64 },
    { type: 'string' },
  ]);
});

test('describes every key of the top level for editors', () => {
  for (const [key, value] of Object.entries(schema['properties'] ?? {})) {
    expect(value['description'], key).toBeTypeOf('string');
  }
});

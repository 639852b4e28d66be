import * as z from 'zod';
import type { ParamType } from '../../contracts/index.js';
import { closed } from './closed.js';
import { describe } from './scalars.js';

export const PARAM_TYPES = [
  'string',
  'integer',
  'number',
  'boolean',
  'date',
  'duration',
] as const satisfies readonly ParamType[];

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: ({ input }) => `expected text, a number, true or false, found ${describe(input)}`,
});

/** One declared value: a parameter of the pipeline, or a field of a form. */
export const paramSchema = closed(
  {
    type: z.enum(PARAM_TYPES).describe('What values are allowed.'),
    description: z.string().optional(),
    default: scalar.optional().describe('Absent: the value must be given.'),
    min: z.number().optional().describe('Least value of an integer or a number.'),
    max: z.number().optional().describe('Greatest value of an integer or a number.'),
    enum: z.array(scalar).min(1).optional().describe('The values that are allowed.'),
  },
  {
    pattern: 'enum lists the values that are allowed',
    secret:
      'parameters are recorded; a secret is a variable of the worker: env: of a run: step takes it over',
    required: 'without a default the value must be given',
    items: 'a value is text, a number, true or false; lists come from steps',
  },
);

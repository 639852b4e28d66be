import * as z from 'zod';
import type { ParamType } from '../../contracts/index.js';
import { cardSchema } from './card-schema.js';
import { closed, HINT_MARK } from './closed.js';
import { monitorSchema } from './monitor/monitor-schema.js';
import { describe, slug } from './scalars.js';
import { scheduleSchema } from './schedule-schema.js';
import { serveSchema } from './serve-schema.js';
import { defaultsSchema, stepSchema } from './step-schema.js';

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

export const paramSchema = closed(
  {
    type: z.enum(PARAM_TYPES).describe('What values are allowed.'),
    description: z.string().optional(),
    default: scalar.optional().describe('Absent: the parameter must be given.'),
    min: z.number().optional().describe('Least value of an integer or a number.'),
    max: z.number().optional().describe('Greatest value of an integer or a number.'),
    enum: z.array(scalar).min(1).optional().describe('The values that are allowed.'),
  },
  ['pattern', 'secret', 'required', 'items'],
);

export const fileSchema = closed(
  {
    apiVersion: z
      .literal('millrace/v1', {
        error: ({ input }) =>
          input === undefined
            ? undefined
            : `unknown version of the language: ${describe(input)}${HINT_MARK}write apiVersion: millrace/v1`,
      })
      .describe('Version of the language.'),
    name: slug('pipeline').describe('Name of the pipeline.'),
    model: slug('model').optional().describe('The registered model that this pipeline produces.'),
    params: z.record(z.string(), paramSchema).optional().describe('Typed parameters of a run.'),
    defaults: defaultsSchema.optional().describe('For every step that does not say otherwise.'),
    steps: z
      .record(z.string(), stepSchema, {
        error: ({ input }) =>
          input === undefined ? undefined : `expected a mapping of steps, found ${describe(input)}`,
      })
      .describe('The steps by name.'),
    schedule: scheduleSchema.optional().describe('When the pipeline runs by itself.'),
    monitor: monitorSchema
      .optional()
      .describe('How the deployed model is watched and what is done.'),
    serve: serveSchema.optional().describe('How the gateways serve the model.'),
    card: cardSchema.optional().describe('What people say of the model: use, limits, owner.'),
  },
  [
    'onFailure',
    'finally',
    'env',
    'include',
    'imports',
    'notify',
    'concurrency',
    'description',
    'labels',
  ],
);

export type PipelineSource = z.infer<typeof fileSchema>;

import * as z from 'zod';
import { apiVersion } from './api-version.js';
import { cardSchema } from './card-schema.js';
import { closed } from './closed.js';
import { concurrencySchema, prioritySchema } from './concurrency-schema.js';
import { environmentsSchema } from './environments-schema.js';
import { hooksSchema } from './hook-schema.js';
import { monitorSchema } from './monitor/monitor-schema.js';
import { paramSchema } from './param-schema.js';
import { describe, slug } from './scalars.js';
import { scheduleSchema } from './schedule-schema.js';
import { serveSchema } from './serve-schema.js';
import { defaultsSchema, stepSchema } from './step-schema.js';

export const fileSchema = closed(
  {
    apiVersion,
    name: slug('pipeline').describe('Name of the pipeline.'),
    model: slug('model').optional().describe('The registered model that this pipeline produces.'),
    params: z.record(z.string(), paramSchema).optional().describe('Typed parameters of a run.'),
    defaults: defaultsSchema.optional().describe('For every step that does not say otherwise.'),
    templates: z
      .record(z.string(), stepSchema)
      .optional()
      .describe('What steps have in common: a step takes it over by extends.'),
    environments: environmentsSchema.optional().describe('Values that are others with --env NAME.'),
    concurrency: concurrencySchema
      .optional()
      .describe('How many runs of a group are under way at a time.'),
    priority: prioritySchema.optional(),
    steps: z
      .record(z.string(), stepSchema, {
        error: ({ input }) =>
          input === undefined ? undefined : `expected a mapping of steps, found ${describe(input)}`,
      })
      .describe('The steps by name.'),
    onSuccess: hooksSchema.optional().describe('Steps that follow a run that completed.'),
    onFailure: hooksSchema.optional().describe('Steps that follow a run that failed.'),
    finally: hooksSchema
      .optional()
      .describe('Steps that follow every run, after those; a cancelled one too.'),
    outputs: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What a step of another pipeline that uses this one hands on.'),
    schedule: scheduleSchema.optional().describe('When the pipeline runs by itself.'),
    monitor: monitorSchema
      .optional()
      .describe('How the deployed model is watched and what is done.'),
    serve: serveSchema.optional().describe('How the gateways serve the model.'),
    card: cardSchema.optional().describe('What people say of the model: use, limits, owner.'),
  },
  {
    env: 'it stands in a run: step, or in a template that steps extend',
    include:
      'a step runs another file by uses: pipeline; within this one templates share what steps have in common',
    imports:
      'a step runs another file by uses: pipeline; within this one templates share what steps have in common',
    notify:
      'of a run: onFailure: [{uses: notify, with: {channel: ops}}]; of a model: monitor: {notify: [ops]}',
    description: 'what people say of the model stands in card:; of the file, in a comment',
    labels: 'labels of the model arrive by monitor: {labels: {delay: 2d}}',
    retry: 'it stands in a step, or for all of them in defaults:',
    timeout: 'it stands in a step, or for all of them in defaults:',
    matrix: 'it stands in a step, which is then done once for each combination',
    queue: 'it stands in a step, or in a template that steps extend',
    cache: 'it stands in a step, or in a template that steps extend',
  },
);

export type PipelineSource = z.infer<typeof fileSchema>;

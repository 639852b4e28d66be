import * as z from 'zod';
import { closed } from './closed.js';
import { describe } from './scalars.js';

const block = z.record(z.string(), z.unknown(), {
  error: ({ input }) => `expected a mapping, found ${describe(input)}`,
});
const removable = z.union([block, z.null()], {
  error: ({ input }) => `expected a mapping, or nothing to take it away, found ${describe(input)}`,
});

/** A part of a pipeline file; what it makes of the whole is checked when it is laid over it. */
const environmentSchema = closed({
  model: z.string().optional().describe('The registered model in this environment.'),
  params: block.optional().describe('Values of parameters: each is the default here.'),
  defaults: block.optional(),
  templates: block.optional(),
  steps: block.optional().describe('Keys of steps that the file has.'),
  schedule: removable.optional(),
  monitor: removable.optional(),
  serve: removable.optional(),
  concurrency: removable.optional(),
});

export const environmentsSchema = z.record(z.string(), environmentSchema, {
  error: ({ input }) => `expected a mapping of environments, found ${describe(input)}`,
});

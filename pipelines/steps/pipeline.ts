import * as z from 'zod';
import type { PipelineInputs } from '../../contracts/index.js';
import { closed } from '../schema/closed.js';
import { describe, text } from '../schema/scalars.js';
import type { Written } from './open-value.js';

export const pipelineSchema = closed(
  {
    file: text('the path of a pipeline file')
      .min(1)
      .max(1_000)
      .describe('The pipeline to run, relative to this file.'),
    params: z
      .record(z.string(), z.unknown(), {
        error: ({ input }) => `expected a mapping of parameters, found ${describe(input)}`,
      })
      .optional()
      .describe('Values of its parameters. Default: their own defaults.'),
  },
  {
    name: 'name the file: file: clean.yaml',
    version: 'the file as it is when this one is compiled is part of the plan',
    wait: 'the step ends when that run does',
    inputs: 'it is called params',
  },
) satisfies z.ZodType<Written<Omit<PipelineInputs, 'params'>>>;

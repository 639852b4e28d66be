import * as z from 'zod';
import { closed } from './closed.js';
import { describe, slug } from './scalars.js';
import { stepSchema } from './step-schema.js';

const {
  extends: templates,
  uses,
  run,
  shell,
  if: condition,
  retry,
  timeout,
  queue,
  env,
  continueOnError,
} = stepSchema.shape;

/** A step that follows the end of a run: it needs nothing and runs once. */
export const hookSchema = closed(
  {
    name: slug('step').optional().describe('As it is shown. Default: on-failure-1 and so on.'),
    extends: templates,
    uses,
    run,
    shell,
    with: stepSchema.shape.with,
    if: condition,
    retry,
    timeout,
    queue,
    env,
    continueOnError,
  },
  ['matrix', 'forEach', 'needs', 'runIf', 'gate'],
);

export const hooksSchema = z.array(hookSchema, {
  error: ({ input }) => `expected a list of steps, found ${describe(input)}`,
});

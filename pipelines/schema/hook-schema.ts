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

const ONCE = 'a step after the end is done once; let a step of the run be done for many';
const IN_TURN =
  'the steps after the end are done in their order, each whatever became of those before';
/** Keys of a step that make no sense in one that follows the end, and why. */
const BEFORE_THE_END = {
  matrix: ONCE,
  forEach: ONCE,
  maxParallel: ONCE,
  needs: IN_TURN,
  runIf: IN_TURN,
  gate: 'a gate belongs to an evaluate step of the run',
  cache: 'what follows the end is always done',
};

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
  BEFORE_THE_END,
);

export const hooksSchema = z.array(hookSchema, {
  error: ({ input }) => `expected a list of steps, found ${describe(input)}`,
});

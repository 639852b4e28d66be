import { EMPTY_OUTPUTS } from '../../contracts/index.js';
import type { StepWork } from '../step-work.js';

/** Does nothing and hands on what it was given: a join of branches, a constant, a probe of the engine. */
export const noop: StepWork = async ({ inputs }) => ({
  outputs: { ...EMPTY_OUTPUTS, values: inputs },
});

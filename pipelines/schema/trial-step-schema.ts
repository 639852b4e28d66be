import { closed } from './closed.js';
import { flowFields } from './flow-schema.js';
import { stepSchema } from './step-schema.js';

const {
  extends: _extends,
  needs: _needs,
  if: _if,
  gate: _gate,
  onTimeout: _onTimeout,
  ...ofAnyStep
} = stepSchema.shape;

const flow = new Set(Object.keys(flowFields));
const shape = Object.fromEntries(
  Object.entries(ofAnyStep).filter(([key]) => !flow.has(key)),
) as Omit<typeof ofAnyStep, keyof typeof flowFields>;

/** The step that every trial of a search does: what it waits for is said of the search. */
export const trialStepSchema = closed(shape, {
  needs: 'it stands with the search: its step waits for what the search waits for',
  if: 'it stands with the search',
  extends: 'templates are laid under steps of the file',
  matrix: 'space: says which values are tried',
  forEach: 'space: says which values are tried',
  gate: 'a gate belongs to an evaluate step: make the trial a file',
  continueOnError: 'maxFailures: of the search',
});

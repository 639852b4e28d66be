import type { StepWork } from '../../activities/step-work.js';
import { type ApproveInputs, fillForm, MillraceError } from '../../contracts/index.js';

/** A replay has nobody to ask: whoever would have been asked is taken to approve, by the form's defaults. */
export const approvedStep: StepWork = async ({ inputs, step, task }) => {
  const { form = {} } = inputs as ApproveInputs;
  const filled = fillForm(form, {});
  if (!filled.ok) {
    throw new MillraceError(
      'InvalidInput',
      `step ${step.id} cannot be approved in a replay: ${filled.complaint}`,
      'give every field of its form a default',
    );
  }
  const answer = { answer: 'approved', by: 'replay', reason: 'a replay asks nobody' };
  const values = { values: filled.values, ...answer, at: task.run.asOf };
  return { outputs: { values, artifacts: {}, metrics: {} } };
};

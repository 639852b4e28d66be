import {
  type Alert,
  EMPTY_OUTPUTS,
  MillraceError,
  type RunEnding,
  SEVERITIES,
  type Severity,
} from '../../contracts/index.js';
import { startAlert } from '../notify/raise-alert.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { optionalText, optionalTexts } from './step-inputs.js';

/** Tells people by the channels of the installation: the alert outlives the run that raised it. */
export const notify: StepWork = async (context) => {
  const { deps, task, plan, inputs } = context;
  const { ending } = task;
  const single = typeof inputs['channel'] === 'string' ? [inputs['channel']] : undefined;
  const channels = single ?? optionalTexts(context, 'channel') ?? [];
  const model = plan.model ?? plan.name;
  const how = ending === undefined ? 'is under way' : ending.status;
  const alert: Alert = {
    // Of one step of one run: an attempt that is made again tells nobody again.
    key: `run/${task.run.runId}/${task.stepId}`,
    model,
    severity: severityOf(context, ending),
    group: `run/${task.run.runId}`,
    status: 'notice',
    title: optionalText(context, 'title') ?? `${plan.name}: the run ${how}`,
    text: optionalText(context, 'message') ?? defaultText(task.run.runId, ending),
    facts: {
      pipeline: plan.name,
      run: task.run.runId,
      ...(ending?.failedStep && { step: ending.failedStep }),
    },
    channels,
    at: new Date().toISOString(),
  };
  await startAlert(deps, alert);
  return { outputs: { ...EMPTY_OUTPUTS, values: { told: channels } } };
};

function severityOf({ step, inputs }: StepWorkContext, ending: RunEnding | undefined): Severity {
  const given = inputs['severity'];
  if (given === undefined || given === null) {
    return ending?.status === 'failed' ? 'critical' : 'info';
  }
  const known = SEVERITIES.find((severity) => severity === given);
  if (known !== undefined) return known;
  throw new MillraceError(
    'InvalidInput',
    `step ${step.id}: with.severity is ${JSON.stringify(given)}`,
    `one of ${SEVERITIES.join(', ')}`,
  );
}

function defaultText(runId: string, ending: RunEnding | undefined): string {
  const detail = ending?.detail ?? null;
  return `${detail === null ? '' : `${detail}. `}millrace show ${runId} tells more.`;
}

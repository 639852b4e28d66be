import type { LabelsRequest } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { startAlert } from '../notify/raise-alert.js';

/** Tells people that labels of a window are wanted, and how to give them. */
export function askForLabels(deps: ActivityDeps) {
  return async ({
    model,
    request,
  }: {
    readonly model: string;
    readonly request: LabelsRequest;
  }): Promise<void> => {
    const { window, reason, requestId, notify = [] } = request;
    await startAlert(deps, {
      key: `labels/${model}/${requestId}`,
      model,
      severity: 'warning',
      group: `labels/${model}`,
      status: 'notice',
      title: `${model}: labels are wanted from ${window.start} to ${window.end}`,
      text: `${reason}. \`millrace review next ${model}\` shows what to label first.`,
      facts: { model, from: window.start, to: window.end },
      channels: notify,
      at: new Date().toISOString(),
    });
  };
}

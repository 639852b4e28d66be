import { condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { RequestRetrainInput, RetrainAnswer } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { retrainAnsweredSignal } from './messages.js';
import { failForSchedule, ranBefore } from './scheduled-start.js';

/**
 * What a Temporal Schedule starts for a model: asks the model's workflow to retrain and lives until
 * the outcome, so that the schedule's overlap policy means something.
 */
export async function requestRetrain({
  schedule,
  ...input
}: RequestRetrainInput): Promise<RetrainAnswer> {
  let answer: RetrainAnswer | null = null;
  setHandler(retrainAnsweredSignal, (received) => {
    answer = received;
  });
  const { workflowId, startTime } = workflowInfo();
  const repeated = await ranBefore(schedule);
  if (repeated !== null) {
    return { requestId: workflowId, outcome: 'coalesced', runId: null, detail: repeated };
  }
  await controlActivities.submitRetrain({
    ...input,
    // One nominal time is one workflow id, so one request whatever is retried.
    requestId: workflowId,
    answerTo: workflowId,
    startedAt: startTime.toISOString(),
  });
  await condition(() => answer !== null);
  if (answer === null) throw new Error('unreachable: the condition holds only with an answer');
  const { outcome, detail }: RetrainAnswer = answer;
  if (outcome === 'failed') failForSchedule(schedule, detail);
  return answer;
}

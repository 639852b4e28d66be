import {
  type ApprovalReply,
  groupWorkflowId,
  MESSAGE,
  type RunPipelineInput,
  runWorkflowId,
} from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** Keeps a history of each way that a run may wait: for people, and for a place in its group. */
export async function recordPeople(stack: TestStack): Promise<void> {
  const idOf = ({ pipeline, runId }: RunPipelineInput) => runWorkflowId(pipeline, runId);
  const asked = async (name: string, head = '', approve = '{uses: approve}') => {
    const run = await stack.startRun(
      `apiVersion: millrace/v1\nname: ${name}\n${head}\nsteps:\n  ask: ${approve}\n  after: {uses: noop, needs: [ask]}\n`,
    );
    return run;
  };
  const waits = ({ runId }: RunPipelineInput) =>
    eventually(async () => {
      const waiting = await stack.registry.approvals.list({ runId, waiting: true });
      if (waiting.length === 0) throw new Error('it does not ask yet');
    });
  const reply = async (run: RunPipelineInput, answer: ApprovalReply['answer']) => {
    const message = { stepId: 'ask', answer, values: {}, actor: 'user:ada', reason: 'a test' };
    await stack.temporal.client.workflow
      .getHandle(idOf(run))
      .executeUpdate(MESSAGE.reply, { args: [message] });
    await stack.result(run);
  };
  for (const answer of ['approve', 'reject'] as const) {
    const run = await asked('people');
    await waits(run);
    await reply(run, answer);
    await keepHistory(stack, `run-pipeline.people-${answer}`, idOf(run));
  }
  for (const onTimeout of ['reject', 'approve', 'fail']) {
    const run = await asked('late', '', `{uses: approve, timeout: 1s, onTimeout: ${onTimeout}}`);
    await stack.result(run);
    await keepHistory(stack, `run-pipeline.people-late-${onTimeout}`, idOf(run));
  }
  const first = await asked('placed', 'concurrency: {group: kept}');
  await waits(first);
  const second = await asked('placed', 'concurrency: {group: kept}');
  const skipped = await asked('placed', 'concurrency: {group: kept, onFull: skip}');
  await stack.result(skipped);
  await reply(first, 'approve');
  await waits(second);
  const newest = await asked('placed', 'concurrency: {group: kept, onFull: cancel-running}');
  await stack.result(second);
  await waits(newest);
  await reply(newest, 'approve');
  for (const [name, run] of Object.entries({ first, second, skipped, newest })) {
    await keepHistory(stack, `run-pipeline.placed-${name}`, idOf(run));
  }
  await keepHistory(stack, 'hold-group.kept', groupWorkflowId('kept'));
}

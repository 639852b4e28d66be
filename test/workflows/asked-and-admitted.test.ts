import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApprovalReply,
  type GroupState,
  groupWorkflowId,
  type JsonObject,
  MESSAGE,
  type ReplyOutcome,
  runWorkflowId,
} from '../../contracts/index.js';
import { REGISTRY_URL } from '../../models/registry/index.js';
import { runCli } from '../support/cli-process.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  worker = await stack.startWorker();
});
afterAll(() => stack.close());

const ASKED = `
apiVersion: millrace/v1
name: asked
steps:
  made: {uses: noop, with: {mae: 7}}
  ask:
    uses: approve
    with:
      message: "mae is \${steps.made.mae}: deploy?"
      role: ml-lead
      form:
        budget: {type: integer, min: 1, max: 100}
        note: {type: string, default: none}
  after: {uses: noop, with: {budget: "\${steps.ask.values.budget * 2}", by: "\${steps.ask.by}"}}
`;

const here = () => ({
  MILLRACE_HOME: stack.home.root,
  TEMPORAL_ADDRESS: stack.server.address,
});
const cli = (...args: string[]) => runCli(stack.directory, args, here());

const waiting = (runId: string) => stack.registry.approvals.list({ runId, waiting: true });

async function asked(yaml = ASKED) {
  const run = await stack.startRun(yaml);
  await eventually(async () => expect(await waiting(run.runId)).toHaveLength(1));
  return run;
}

function reply(run: { pipeline: string; runId: string }, message: ApprovalReply) {
  return stack.temporal.client.workflow
    .getHandle(runWorkflowId(run.pipeline, run.runId))
    .executeUpdate<ReplyOutcome, [ApprovalReply]>(MESSAGE.reply, { args: [message] });
}

describe('a run that asks people', () => {
  it('waits over the death of its worker, says for whom, and goes on with what was filled in', async () => {
    const run = await asked();
    // Killed in the middle of asking, it would ask again only after the time that an activity has.
    const handle = stack.temporal.client.workflow.getHandle(runWorkflowId(run.pipeline, run.runId));
    await eventually(async () => {
      expect((await handle.describe()).raw.pendingActivities ?? []).toEqual([]);
    });
    await worker.end('SIGKILL');
    const shown = JSON.parse((await cli('show', run.runId, '--json')).stdout);
    expect(shown.waitingFor).toMatchObject([
      { step: 'ask', message: 'mae is 7: deploy?', roles: ['ml-lead'], deadline: null },
    ]);
    expect((await cli('runs')).stdout).toContain('waits for ml-lead');
    worker = await stack.startWorker();

    const ada = { actor: 'user:ada', reason: 'it is good', answer: 'approve' } as const;
    // At once where the workflow has the form; in its turn where the death was before it heard of it.
    const refused = async (stepId: string, values: JsonObject) => {
      const answered = await reply(run, { ...ada, stepId, values }).catch((thrown) => thrown);
      return answered.cause?.message ?? answered.detail;
    };
    expect(await refused('ask', { budget: '1000' })).toBe(
      'field budget: 1000 is above the maximum 100',
    );
    expect(await refused('after', {})).toBe('step after does not wait for an answer');
    const misspelt = await cli('approve', run.runId, 'ask', '--field', 'budgt=10');
    expect([misspelt.code, misspelt.stderr]).toEqual([65, expect.stringContaining('budget')]);

    const said = await cli(
      'approve',
      run.runId,
      'ask',
      '--field',
      'budget=21',
      '--reason',
      'it is good',
      '--json',
    );
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    const steps = await stack.registry.steps(run.runId);
    const after = steps.find(({ stepId }) => stepId === 'after');
    expect(after?.outcome?.outputs.values).toMatchObject({
      budget: 42,
      by: expect.stringMatching(/^user:/),
    });
    expect((await stack.registry.approvals.list({ runId: run.runId }))[0]?.decision).toMatchObject({
      answer: 'approved',
      reason: 'it is good',
      values: { budget: 21, note: 'none' },
    });
  });

  it('ends as rejected, not as failed, when somebody who holds the role says no', async () => {
    writeFileSync(join(stack.home.root, 'roles.yaml'), 'ml-lead: [ada]\n');
    const run = await asked();
    const no: ApprovalReply = {
      stepId: 'ask',
      answer: 'reject',
      values: {},
      actor: 'user:bob',
      reason: 'too dear',
    };
    expect(await reply(run, no)).toEqual({
      accepted: false,
      detail: 'bob does not hold the role ml-lead',
      hint: 'it is held by ada',
    });
    const outcomes = await Promise.all([
      reply(run, { ...no, actor: 'user:ada' }),
      reply(run, { ...no, actor: 'user:ada', answer: 'approve', values: { budget: '3' } }),
    ]);
    expect(outcomes.map(({ accepted }) => accepted).sort()).toEqual([false, true]);
    const { status, detail } = await stack.result(run);
    const won = outcomes.find((outcome) => outcome.accepted);
    expect(won?.accepted && won.decision.role).toBe('ml-lead');
    expect([status, detail]).toEqual(
      won?.accepted && won.decision.answer === 'approved'
        ? ['completed', null]
        : ['rejected', 'step ask: user:ada said no: too dear'],
    );
  });

  it.each([
    ['reject', 'rejected', 'step ask: deadline said no: nobody answered within 1s'],
    ['approve', 'completed', null],
    ['fail', 'failed', 'step ask: nobody answered within 1s'],
  ])('at its deadline: %s', async (onTimeout, status, detail) => {
    const run = await stack.startRun(
      `apiVersion: millrace/v1\nname: due\nsteps:\n  ask: {uses: approve, timeout: 1s, onTimeout: ${onTimeout}, with: {form: {n: {type: integer, default: 4}}}}\n  after: {uses: noop, with: {n: "\${steps.ask.values.n}"}}\n`,
    );
    expect(await stack.result(run)).toMatchObject({ status, detail });
    const steps = await stack.registry.steps(run.runId);
    const after = steps.find(({ stepId }) => stepId === 'after');
    expect(after?.outcome?.outputs.values).toEqual(status === 'completed' ? { n: 4 } : undefined);
  });

  it('waits for nobody once it is cancelled', async () => {
    const run = await asked(ASKED.replace('role: ml-lead', 'role: nobody'));
    const cancelled = await cli('cancel', run.runId);
    expect(cancelled.code).toBe(0);
    expect(await waiting(run.runId)).toEqual([]);
    const late = await cli('approve', run.runId, 'ask');
    expect([late.code, late.stderr]).toEqual([65, expect.stringContaining('it is cancelled')]);
  });
});

/** A run of the group that goes on until it is answered. */
function member(name: string, concurrency: string): string {
  return `apiVersion: millrace/v1\nname: ${name}\nconcurrency: ${concurrency}\nparams: {g: {type: string, default: shared}}\nsteps:\n  ask: {uses: approve}\n  after: {uses: noop, needs: [ask]}\n`;
}

const YES: ApprovalReply = {
  stepId: 'ask',
  answer: 'approve',
  values: {},
  actor: 'user:ada',
  reason: 'go on',
};

describe('a concurrency group', () => {
  it('lets runs begin in their order, whichever pipeline they are of, the most urgent first', async () => {
    const group = '{group: "${params.g}"}';
    const first = await asked(member('first', group));
    const second = await stack.startRun(member('second', group));
    const urgent = await stack.startRun(`${member('urgent', group)}priority: 1\n`);
    const other = await asked(member('other', '{group: another}'));
    await eventually(async () => {
      const state = await groupState('shared');
      expect(state.waiting.map(({ priorityKey }) => priorityKey).sort()).toEqual([1, 3]);
    });
    expect([...(await waiting(second.runId)), ...(await waiting(urgent.runId))]).toEqual([]);
    await reply(first, YES);
    await eventually(async () => expect(await waiting(urgent.runId)).toHaveLength(1));
    expect(await waiting(second.runId)).toEqual([]);
    await cli('cancel', urgent.runId, '--reason', 'asked by mistake');
    const cancelled = await stack.result(urgent);
    expect(cancelled.detail).toMatch(/^cancelled by user:.+: asked by mistake$/);
    await eventually(async () => expect(await waiting(second.runId)).toHaveLength(1));
    await Promise.all([reply(second, YES), reply(other, YES)]);
    for (const run of [first, second, other]) {
      expect((await stack.result(run)).status).toBe('completed');
    }
  });

  it('is not held by a run that was terminated', async () => {
    const gone = await asked(member('gone', '{group: killed}'));
    const handle = stack.temporal.client.workflow.getHandle(runWorkflowId('gone', gone.runId));
    await handle.terminate('killed');
    const next = await asked(member('next', '{group: killed}'));
    await reply(next, YES);
    expect((await stack.result(next)).status).toBe('completed');
  });

  it('is left to the others, or taken from them, when it is full', async () => {
    const old = await asked(member('old', '{group: full}'));
    const skipped = await stack.startRun(member('skipped', '{group: full, onFull: skip}'));
    expect(await stack.result(skipped)).toMatchObject({
      status: 'cancelled',
      detail: 'group full: its group is full (1 place)',
    });
    const newest = await asked(member('newest', '{group: full, onFull: cancel-running}'));
    expect(await stack.result(old)).toMatchObject({
      status: 'cancelled',
      detail: `cancelled by group:full: run ${newest.runId} of newest takes its place`,
    });
    expect((await cli('show', old.runId)).stdout).toContain(newest.runId);
    await reply(newest, YES);
    expect((await stack.result(newest)).status).toBe('completed');
  });
});

it('millrace test finds the step that hands on something else each time, and leaves nothing behind', async () => {
  writeFileSync(
    join(stack.directory, 'tried.yaml'),
    `apiVersion: millrace/v1
name: tried
steps:
  ask: {uses: approve, with: {form: {n: {type: integer, min: 2}}}}
  same: {uses: noop, with: {n: "\${steps.ask.values.n + 1}"}}
  clock:
    run: [node, -e, "require('node:fs').writeFileSync('outputs.json', JSON.stringify({values: {now: String(process.hrtime.bigint())}}))"]
    needs: [same]
`,
  );
  const { code, stdout } = await runCli(stack.directory, ['test', 'tried.yaml', '--json'], {
    ...here(),
    // The installation's registry, which a trial has nothing to do with.
    [REGISTRY_URL]: 'postgres://nobody@127.0.0.1:1/nowhere',
  });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    status: 'completed',
    steps: [
      { id: 'ask', differing: [] },
      { id: 'same', differing: [] },
      { id: 'clock', differing: ['now'] },
    ],
  });
  expect((await stack.registry.runs({ pipeline: 'tried' })).length).toBe(0);
});

function groupState(group: string): Promise<GroupState> {
  return stack.temporal.client.workflow
    .getHandle(groupWorkflowId(group))
    .query<GroupState>(MESSAGE.state);
}

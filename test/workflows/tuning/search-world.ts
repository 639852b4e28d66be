import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  MESSAGE,
  type RunPipelineInput,
  type RunRecord,
  runWorkflowId,
  type TuningHistory,
  tuneWorkflowId,
} from '../../../contracts/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import { eventually } from '../../support/eventually.js';
import type { TestStack } from '../../support/test-stack.js';

/**
 * A trial of two reports at step 1 and 2: even ones are to pass, the others would work for ever. Tells
 * its process group and that it began; those from 30 on wait for a file before the second report.
 */
const CURVE = `
cut -d' ' -f5 /proc/$$/stat >> "$MILLRACE_BASE_DIRECTORY/groups"
echo "$1" >> "$MILLRACE_BASE_DIRECTORY/began"
echo '{"step": 1, "metrics": {"loss": '"$1"'}}' >&3
[ $(($1 % 2)) -eq 0 ] || sleep 600
while [ "$1" -ge 30 ] && [ ! -e "$MILLRACE_BASE_DIRECTORY/on-$1" ]; do sleep 0.05; done
echo '{"step": 2, "metrics": {"loss": '"$1"'}}' >&3
echo '{"values": {"x": '"$1"', "from": '"$2"'}, "metrics": {"loss": '"$1"'}}' > "$MILLRACE_OUTPUTS_JSON"
`;

/**
 * A search whose trials are that step.
 *
 * @param queue - of the trials
 */
export function race(more: string, queue = 'millrace-steps') {
  const script = CURVE.split('\n').join('\n              ');
  return `apiVersion: millrace/v1
name: race
params: { from: { type: integer, default: 7 } }
steps:
  look: { uses: noop, with: { seven: "\${params.from}" } }
  tune:
    uses: tune
    with:
      step:
        queue: ${queue}
        run:
          - sh
          - -c
          - |${script}
          - sh
          - "\${params.x}"
          - "\${steps.look.seven}"
      metric: loss
      method: grid
      ${more}
  then: { uses: noop, with: { x: "\${steps.tune.x}", from: "\${steps.tune.from}" } }
`;
}

export const WHO = { actor: 'user:ada', reason: 'a test' };

export type SearchWorld = ReturnType<typeof searchWorld>;

/** What tests see of the searches of a stack, and how they go between. */
export function searchWorld(stack: TestStack) {
  const at = (name: string) => join(stack.directory, name);
  const { workflow } = stack.temporal.client;
  const handleOf = ({ pipeline, runId }: RunPipelineInput) =>
    workflow.getHandle(runWorkflowId(pipeline, runId));
  const searchOf = ({ runId }: RunPipelineInput) =>
    workflow.getHandle(tuneWorkflowId(runId, 'tune'));

  async function trialsOf(runId: string): Promise<readonly RunRecord[]> {
    const runs = await stack.registry.runs({ limit: 200 });
    return runs.filter(({ trigger }) => trigger.actor === `run:${runId}`);
  }

  return {
    handleOf,
    searchOf,
    trialsOf,
    /** A trial waits for this before its second report. */
    letGoOn: (x: number) => writeFileSync(at(`on-${x}`), ''),
    /** Of these values, those whose trials have begun their work. */
    begun(values: readonly number[]): readonly number[] {
      const file = at('began');
      const all = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
      return values.filter((value) => all.includes(value));
    },
    /** Processes of the trials' groups, but for those that nobody has waited for yet. */
    processesLeft(): readonly string[] {
      const groups = readFileSync(at('groups'), 'utf8').trim().split('\n');
      return readdirSync('/proc').filter((pid) => {
        try {
          const [state = '', , group = ''] = (
            readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? ''
          ).split(' ');
          return state !== 'Z' && groups.includes(group);
        } catch {
          return false;
        }
      });
    },
    /** What became of a run that searches in its step `tune`. */
    async ended(run: RunPipelineInput) {
      const result = await stack.result(run);
      const records = await stack.registry.steps(run.runId);
      const steps = new Map(records.map((step) => [step.stepId, step]));
      const outputs = steps.get('tune')?.outcome?.outputs;
      const ref = outputs?.artifacts['history'];
      const store = createLocalArtifactStore(stack.home.artifactsDir);
      const history = ref === undefined ? null : await store.readJson<TuningHistory>(ref);
      return { run, result, steps, values: outputs?.values ?? {}, history };
    },
    /** Pauses a run; its trials know of it when this is done. */
    async pause(run: RunPipelineInput): Promise<void> {
      await handleOf(run).signal(MESSAGE.pauseRun, WHO);
      await eventually(async () => {
        const trials = await trialsOf(run.runId);
        expect(trials.map(({ pauses }) => pauses?.length)).toEqual(trials.map(() => 1));
      });
    },
    /** How many activities a search began in the task that took the first end of a trial, and since. */
    async askedSinceEnd(run: RunPipelineInput): Promise<number> {
      const events = (await searchOf(run).fetchHistory()).events ?? [];
      const end = events.findIndex((event) => event.childWorkflowExecutionCompletedEventAttributes);
      const since = events.slice(Math.max(0, end));
      expect(end).toBeGreaterThan(0);
      expect(since.some((event) => event.workflowTaskCompletedEventAttributes)).toBe(true);
      return since.filter((event) => event.activityTaskScheduledEventAttributes).length;
    },
  };
}

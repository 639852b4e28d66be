import type { Planting } from '../planted/planted-bug.js';

/** A moment in the life of an attempt at a `run` step. */
export interface StepPoint {
  readonly name: string;
  /** What there is of the attempt by then. */
  readonly reached: Reached;
  /** Has the worker stand still there. */
  readonly planting: Planting;
}

/** The command runs, `runs`, with a child of its own, and ends for nobody. */
type Reached = 'nothing' | 'directory' | 'runs' | 'ended' | 'tidied' | 'recorded';

const ACTIVITY = 'activities/step-activity.ts';
const RUNNER = 'processes/process-runner.ts';
const DIRECTORY = 'processes/step-directory.ts';
const PROCESS = 'processes/run-step-process.ts';

/** How the code there names the attempt. */
const OF_TASK = '{ runId: task.run.runId, stepId: task.stepId, attempt }';
const OF_GROUP = '{ runId, stepId, attempt }';

/** Where `text` stands: the attempt stops right before it, or right after. */
interface Place {
  readonly file: string;
  readonly before?: string;
  readonly after?: string;
  readonly attempt?: string;
}

function point(name: string, reached: Reached, place: Place): StepPoint {
  const { file, before = '', after = '', attempt = 'step' } = place;
  const hold = `await holdAt('${name}', ${attempt});`;
  const becomes = `${after}\n${hold}\n${before}`;
  return { name, reached, planting: { file, text: after + before, becomes } };
}

/** Sent by the worker to a step that took too long: this one goes on, until it is made to end. */
const ASKED_TO_END: StepPoint = {
  name: 'asked to end',
  reached: 'runs',
  planting: {
    file: PROCESS,
    text: '? endGroup(child.pid, step.killAfterMs, child.exited)',
    becomes: `? Promise.resolve(process.kill(-child.pid, 'SIGTERM'))
            .then(() => holdAt('asked to end', step))
            .then(() => endGroup(child.pid, step.killAfterMs, child.exited))`,
  },
};

/** The named points of a step's life, in their order. */
export const STEP_POINTS: readonly StepPoint[] = [
  point('activity begun', 'nothing', {
    file: ACTIVITY,
    before: 'const plan = await plans.load(task.run.plan);',
    attempt: OF_TASK,
  }),
  point('earlier attempts ended', 'nothing', {
    file: RUNNER,
    after: 'await host.endOthers(step);',
  }),
  point('directory made', 'directory', {
    file: DIRECTORY,
    after: 'await mkdir(directory.outputsDir, { recursive: true, mode: 0o700 });',
  }),
  point('inputs written', 'directory', {
    file: DIRECTORY,
    after: 'await writeFile(directory.inputsFile, JSON.stringify(inputs, null, 2));',
  }),
  point('process behind its gate', 'directory', {
    file: PROCESS,
    before: 'await guard.watch(child.pid, step);',
  }),
  point('group recorded', 'directory', {
    file: 'processes/group-guard.ts',
    after: 'await records.add({ group, identity, runId, stepId, attempt });',
    attempt: OF_GROUP,
  }),
  point('watchdog told', 'directory', {
    file: PROCESS,
    before: 'if (!step.signal.aborted) child.go();',
  }),
  point('process let go', 'runs', {
    file: PROCESS,
    before: 'return await untilEnd(child, step, work.end);',
  }),
  ASKED_TO_END,
  point('process ended', 'ended', {
    file: PROCESS,
    before: 'await guard.release(child.pid);',
  }),
  point('group forgotten', 'ended', {
    file: RUNNER,
    before: 'return await storeOutputs(step, directory);',
  }),
  point('outputs read', 'ended', {
    file: RUNNER,
    before: 'const stored = await Promise.all(',
  }),
  point('artifact stored', 'ended', {
    file: RUNNER,
    before: 'return { values, artifacts: Object.fromEntries(stored), metrics };',
  }),
  point('directory removed', 'tidied', {
    file: RUNNER,
    after: 'await removeStepDirectory(home.workDir, step);',
  }),
  point('curve kept', 'tidied', {
    file: ACTIVITY,
    before: 'const passed = gate === null || gate.passed || gate.overrideReason !== undefined;',
    attempt: OF_TASK,
  }),
  point('end recorded', 'recorded', {
    file: ACTIVITY,
    before: 'return taken ? outcome : await outcomeInstead(deps, task);',
    attempt: OF_TASK,
  }),
];

/** All that makes a worker one that holds steps where it is told to. */
export const HOLDING_WORKER: readonly Planting[] = [
  ...STEP_POINTS.map(({ planting }) => planting),
  {
    file: 'worker.ts',
    text: "import { join } from 'node:path';",
    becomes: "import './test/kill/hold-at.js';\nimport { join } from 'node:path';",
  },
  {
    file: ACTIVITY,
    text: 'return await beating((signal, report) => once(task, signal, report));',
    becomes: `const { attempt } = Context.current().info;
      const ended = () => tellEnd(${OF_TASK});
      return await beating((signal, report) => once(task, signal, report)).finally(ended);`,
  },
  {
    file: 'activities/heartbeat.ts',
    text: 'setInterval(beat, HEARTBEAT_INTERVAL_MS)',
    becomes: `setInterval(() => {
      if (!isSilent(context.info)) beat();
    }, HEARTBEAT_INTERVAL_MS)`,
  },
  // All of them stand still at once.
  {
    file: 'temporal/worker-options.ts',
    text: 'Math.max(2, availableParallelism())',
    becomes: '64',
  },
];

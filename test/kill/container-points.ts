import { STEP_POINTS, type StepPoint } from './step-points.js';

const HOST = 'processes/containers/container-host.ts';
const STEP = '{ runId: work.step.runId, stepId: work.step.stepId, attempt: work.step.attempt }';

function after(name: string, reached: StepPoint['reached'], text: string): StepPoint {
  const becomes = `${text}\nawait holdAt('${name}', ${STEP});`;
  return { name, reached, planting: { file: HOST, text, becomes } };
}

/** The points in the life of a containered step that no other step has, in their order. */
export const CONTAINER_POINTS: readonly StepPoint[] = [
  after(
    'image fetched',
    'directory',
    'await fetchImage(command, container, { signal: step.signal, note: log.note });',
  ),
  after(
    'container recorded',
    'directory',
    'await records.add({ name, container, runId, stepId, attempt });',
  ),
  after('reaper waits', 'directory', 'const reaper = await startReaper(command, name);\n    try {'),
  after('container made', 'directory', 'if (code !== 0) throw cannotCreate(container, stderr);'),
  after('container ended', 'ended', 'const end = await follow(work, command, name, contained);'),
  after('container removed', 'ended', 'const gone = await removeContainer(command, name);'),
  after('reaper let go', 'ended', 'reaper.release();'),
];

/** Of one that is cancelled: its container has not been told yet. */
export const ASKED_TO_STOP: StepPoint = {
  name: 'asked to stop',
  reached: 'runs',
  planting: {
    file: HOST,
    text: 'async end() {',
    becomes: `async end() {\nawait holdAt('asked to stop', step);`,
  },
};

/** Where its command is at work. */
export const AT_WORK: StepPoint = pointOf('process let go');

/** The others that it shares with a process of this machine: its attached command is that process. */
export const SHARED_POINTS: readonly StepPoint[] = STEP_POINTS.filter(
  ({ name }) => name !== 'asked to end' && name !== AT_WORK.name,
);

function pointOf(name: string): StepPoint {
  const found = STEP_POINTS.find((point) => point.name === name);
  if (found === undefined) throw new Error(`there is no point ${name}`);
  return found;
}

/** Planted in a worker: makes the functions global that {@link STEP_POINTS} call from its code. */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context, type Info } from '@temporalio/activity';
import { endedFile, HOLDING, heldFile, releaseFile, SILENT_QUEUE, stepAt } from './hold-files.js';

interface Attempt {
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
}

const directory = process.env[HOLDING.directory] ?? '';
const held = (process.env[HOLDING.steps] ?? '').split(',');
const isHeld = ({ stepId, attempt }: Attempt) => attempt === 1 && held.includes(stepId);

/** Attempts that stand still: not before, or a slow machine's were given up on their way there. */
const silenced = new Set<string>();
const attemptOf = ({ workflowExecution, activityId, attempt }: Info) =>
  `${workflowExecution?.runId}/${activityId}/${attempt}`;

function silence(): void {
  try {
    silenced.add(attemptOf(Context.current().info));
  } catch {
    // Asked to end: called by its signal, not by the attempt.
  }
}

/** Keeps a first attempt where it is until its run is released. */
async function holdAt(point: string, step: Attempt): Promise<void> {
  const { runId, stepId } = step;
  if (!isHeld(step) || (stepId !== stepAt('make', point) && stepId !== stepAt('read', point))) {
    return;
  }
  silence();
  writeFileSync(heldFile(directory, runId, stepId), '');
  while (!existsSync(releaseFile(directory, runId))) await sleep(50);
}

function tellEnd(step: Attempt): void {
  if (isHeld(step)) writeFileSync(endedFile(directory, step.runId, step.stepId), '');
}

const isSilent = (info: Info): boolean =>
  info.taskQueue === SILENT_QUEUE && silenced.has(attemptOf(info));

Object.assign(globalThis, { holdAt, tellEnd, isSilent });

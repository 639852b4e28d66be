/** Planted in a worker: makes the functions global that {@link STEP_POINTS} call from its code. */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endedFile, HOLDING, heldFile, releaseFile, SILENT_QUEUE, stepAt } from './hold-files.js';

interface Attempt {
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
}

const directory = process.env[HOLDING.directory] ?? '';
const held = (process.env[HOLDING.steps] ?? '').split(',');
const isHeld = ({ stepId, attempt }: Attempt) => attempt === 1 && held.includes(stepId);

/** Keeps a first attempt where it is until its run is released. */
async function holdAt(point: string, step: Attempt): Promise<void> {
  const { runId, stepId } = step;
  if (!isHeld(step) || (stepId !== stepAt('make', point) && stepId !== stepAt('read', point))) {
    return;
  }
  writeFileSync(heldFile(directory, runId, stepId), '');
  while (!existsSync(releaseFile(directory, runId))) await sleep(50);
}

function tellEnd(step: Attempt): void {
  if (isHeld(step)) writeFileSync(endedFile(directory, step.runId, step.stepId), '');
}

const isSilent = (info: { readonly attempt: number; readonly taskQueue: string }): boolean =>
  directory !== '' && info.attempt === 1 && info.taskQueue === SILENT_QUEUE;

Object.assign(globalThis, { holdAt, tellEnd, isSilent });

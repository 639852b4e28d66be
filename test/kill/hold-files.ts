import { join } from 'node:path';

/** Variables of a worker that holds steps. */
export const HOLDING = {
  /** Ids of the steps whose first attempt stands still, with commas. */
  steps: 'HELD_STEPS',
  /** For the files by which the worker and the test tell one another. */
  directory: 'HOLD_DIRECTORY',
} as const;

/** A worker that holds steps of this queue tells the server nothing of them. */
export const SILENT_QUEUE = 'silent';

/** The attempt stands at its point. */
export const heldFile = (directory: string, runId: string, stepId: string): string =>
  join(directory, `${runId}.${stepId}.held`);

/** The attempt that was held has come to its end, whatever that was. */
export const endedFile = (directory: string, runId: string, stepId: string): string =>
  join(directory, `${runId}.${stepId}.ended`);

/** What is held of the run goes on. */
export const releaseFile = (directory: string, runId: string): string =>
  join(directory, `${runId}.released`);

/** The step that is held at a point has its name. */
export const stepAt = (part: 'make' | 'read', point: string): string =>
  `${part}-${point.replaceAll(' ', '-')}`;

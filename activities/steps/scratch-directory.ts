import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepWorkContext } from '../step-work.js';

/**
 * A directory of this attempt alone, gone when the work is done. What a killed worker leaves is never
 * read again, and is removed with the directories of old failed runs.
 */
export async function withScratchDirectory<T>(
  { deps, task, step }: Pick<StepWorkContext, 'deps' | 'task' | 'step'>,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  await mkdir(deps.home.workDir, { recursive: true });
  const directory = await mkdtemp(join(deps.home.workDir, `${task.run.runId}.${step.id}.`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { StepProgress } from './ports.js';
import { segment } from './step-directory.js';

/** A step may tell of every row; a person reads a few times a second. */
const WRITE_EVERY_MS = 250;

const progressSchema = z.object({
  progress: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
});

/** Which attempt of a step, by the directory that holds its run's logs. */
export interface StepAttempt {
  readonly logsDirectory: string;
  readonly stepId: string;
  readonly attempt: number;
}

/**
 * Keeps what a running step told last beside its log, for `run` and `show`. It is a courtesy: it is
 * not fsynced, a disk that takes no more does not fail the step, and it goes when the attempt ends.
 */
export function createProgressFile(attempt: StepAttempt): {
  tell(progress: StepProgress): void;
  close(): void;
} {
  const path = progressPath(attempt);
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    tell(progress) {
      const now = performance.now();
      if (now - writtenAt < WRITE_EVERY_MS && progress.progress !== 1) return;
      writtenAt = now;
      try {
        writeFileSync(`${path}.new`, JSON.stringify(progress), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch {
        // As above: nobody fails for it.
      }
    },
    close() {
      rmSync(path, { force: true });
      rmSync(`${path}.new`, { force: true });
    },
  };
}

/** What a running step told last; `null` where it told nothing. */
export async function readProgress(attempt: StepAttempt): Promise<StepProgress | null> {
  try {
    return progressSchema.parse(JSON.parse(await readFile(progressPath(attempt), 'utf8')));
  } catch {
    return null;
  }
}

function progressPath({ logsDirectory, stepId, attempt }: StepAttempt): string {
  return join(logsDirectory, `${segment(stepId)}.${attempt}.progress.json`);
}

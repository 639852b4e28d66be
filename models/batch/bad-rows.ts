import { MillraceError } from '../../contracts/index.js';
import type { BadRow } from './batch-job.js';

/** Thrown when a job that leaves no row out meets one that the model cannot be asked with. */
export class BadRows extends MillraceError {
  /** @param input - as whoever gave it knows it */
  constructor(input: string, examples: readonly BadRow[]) {
    const told = examples.map(({ row, reason }) => `row ${row}: ${reason}`).join('; ');
    super(
      'InvalidInput',
      `${input} has rows that the model cannot be asked with: ${told}`,
      'mend them, or go on without them: --on-bad-row skip leaves them out, null gives them no prediction',
    );
  }
}

import { MillraceError } from '../contracts/index.js';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `EX_DATAERR` of sysexits.h: by the contract "bad input, do not retry". */
const EXIT_BAD_INPUT = 65;

/**
 * Turns an end other than success into the failure that the contract says.
 *
 * @param lastLines - the last lines of its stderr
 * @throws MillraceError `InvalidInput` for exit code 65, else `StepProcessFailed`
 */
export function refuseFailure(
  { code, signal }: ProcessEnd,
  stepId: string,
  lastLines: readonly string[],
): void {
  if (code === 0) return;
  const output = lastLines.length === 0 ? 'it wrote nothing' : lastLines.join('\n');
  if (code === EXIT_BAD_INPUT) {
    throw new MillraceError('InvalidInput', `step ${stepId} refused its input: ${output}`);
  }
  const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
  throw new MillraceError(
    'StepProcessFailed',
    `step ${stepId} ${how}: ${output}`,
    signal === 'SIGKILL'
      ? 'nothing else ended it: the machine may have run out of memory'
      : 'its log has the rest (millrace logs)',
  );
}

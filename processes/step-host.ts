import type { StepProcess } from './ports.js';
import type { StepDirectory } from './step-directory.js';
import type { StepLog } from './step-log.js';

/** One attempt that is ready to begin: its inputs lie there, its log is open. */
export interface AttemptWork {
  /** Its progress is told to whoever follows it. */
  readonly step: StepProcess;
  readonly directory: StepDirectory;
  readonly log: StepLog;
}

/** Where the process of a step runs: this machine, a container on it, a cluster. */
export interface StepHost {
  /**
   * Ends what another attempt of the step left running: two never run side by side.
   *
   * @throws MillraceError when a later attempt has begun, or what is left cannot be ended
   */
  endOthers(step: StepProcess): Promise<void>;
  /**
   * Runs the attempt to its end. Nothing of it runs any more when this settles.
   *
   * @throws MillraceError as the contract of {@link ProcessRunner.run} says of an end without success;
   * the signal's reason when it was aborted
   */
  run(work: AttemptWork): Promise<void>;
}

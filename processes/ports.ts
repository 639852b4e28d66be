import type {
  ArtifactRef,
  JsonValue,
  Metrics,
  ResourceSpec,
  StepContainer,
} from '../contracts/index.js';

/** One process that speaks the step contract (`inputs.json` → `outputs.json`). */
export interface StepProcess {
  readonly runId: string;
  readonly stepId: string;
  /** From 1. Each attempt has its own directory; a late writer of an earlier one is never read. */
  readonly attempt: number;
  readonly argv: readonly string[];
  /** Run `argv[0]` through `/bin/sh -c`. */
  readonly shell: boolean;
  /** The pipeline's base directory: where relative commands are looked up from. */
  readonly baseDirectory: string;
  readonly values: { readonly [name: string]: JsonValue };
  /** Fetched and verified before the process starts. */
  readonly artifacts: { readonly [name: string]: ArtifactRef };
  readonly env: { readonly [name: string]: string };
  /** Absent: nothing bounds it. */
  readonly resources?: ResourceSpec;
  /** What it runs in; absent: in nothing, as a process of this machine. */
  readonly container?: StepContainer;
  /** The longest that the attempt may take, for what ends itself when nobody is left to end it. */
  readonly timeoutMs?: number;
  /**
   * Whether no later attempt has begun. Asked when the process group is on record, right before the
   * command begins: a later attempt then sees the record, or this one sees the attempt. Absent: there
   * is none.
   */
  readonly isLatest?: () => Promise<boolean>;
  /** Aborted: SIGTERM to the group, after `killAfterMs` SIGKILL. */
  readonly signal: AbortSignal;
  readonly killAfterMs: number;
  readonly onProgress: (progress: StepProgress) => void;
}

export interface StepProgress {
  /** In [0, 1]; `null` where the line gave none. */
  readonly progress: number | null;
  readonly metrics: Metrics;
  /** What the metrics are of, as the step counts: an epoch, a tree; absent where it does not count. */
  readonly step?: number;
}

export interface StepProcessResult {
  readonly values: { readonly [name: string]: JsonValue };
  /** Stored already. */
  readonly artifacts: { readonly [name: string]: ArtifactRef };
  readonly metrics: Metrics;
}

export interface ProcessRunner {
  /**
   * Runs the process to its end and stores its artifacts.
   *
   * @throws MillraceError `InvalidInput` on exit code 65 or a command that does not exist,
   * `StepProcessFailed` on any other failure (with the last lines of its stderr),
   * `StepContractBroken` when `outputs.json` is missing or malformed, `EnvironmentMissing` when
   * nothing here can run its container;
   * the signal's reason when it was aborted
   */
  run(process: StepProcess): Promise<StepProcessResult>;
  /**
   * Ends what an earlier worker left behind; called when a worker starts.
   *
   * @returns the process groups that were ended
   */
  sweep(): Promise<readonly number[]>;
  close(): Promise<void>;
}

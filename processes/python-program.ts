import { join } from 'node:path';
import type { ArtifactRef, JsonObject } from '../contracts/index.js';
import { createLogger } from '../logging/logger.js';
import { createLocalArtifactStore } from '../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';
import type { HomeLayout } from '../storage/home/layout.js';
import { withTemporaryHome } from '../storage/home/temporary-home.js';
import type { StepProcessResult } from './ports.js';
import { createProcessRunner } from './process-runner.js';
import type { PythonSetup } from './step-environment.js';

/** Time between SIGTERM and SIGKILL when the work is aborted. */
const KILL_AFTER_MS = 2_000;

export interface PythonProgram {
  /** In the directory of millrace's Python programs: `drift.py`. */
  readonly file: string;
  /** What it is called in errors, as a step would be. */
  readonly stepId: string;
  readonly python: PythonSetup;
  readonly values: JsonObject;
  /** Stores what it is given besides; absent: nothing. */
  readonly inputs?: (
    home: HomeLayout,
    artifacts: ArtifactStore,
  ) => Promise<{ readonly [name: string]: ArtifactRef }>;
  readonly env?: { readonly [name: string]: string };
  /** Aborted: its process group is ended and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
  /** In [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Runs one of millrace's own Python programs by the step contract, for whoever has no run: in a state
 * directory that is removed after.
 *
 * @param read - takes what it made, while that is still there
 * @throws MillraceError as a step's process does; the signal's reason when it was aborted
 */
export async function runPythonProgram<Result>(
  { file, stepId, python, values, inputs, env, signal, onProgress }: PythonProgram,
  read: (made: StepProcessResult, artifacts: ArtifactStore) => Result | Promise<Result>,
): Promise<Result> {
  return await withTemporaryHome(async (home) => {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    // What fails is thrown; the log of a directory that is removed tells nobody anything.
    const logger = createLogger(stepId, { environment: { MILLRACE_LOG: 'silent' } });
    const processes = createProcessRunner({ home, artifacts, logger, python });
    try {
      const made = await processes.run({
        runId: 'python',
        stepId,
        attempt: 1,
        argv: [python.executable, join(python.directory, file)],
        shell: false,
        baseDirectory: home.root,
        values,
        artifacts: (await inputs?.(home, artifacts)) ?? {},
        env: { PYTHONDONTWRITEBYTECODE: '1', ...env },
        signal: signal ?? new AbortController().signal,
        killAfterMs: KILL_AFTER_MS,
        onProgress: ({ progress }) => onProgress?.(progress ?? 0),
      });
      return await read(made, artifacts);
    } finally {
      await processes.close();
    }
  });
}

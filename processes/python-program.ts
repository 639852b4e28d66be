import { join } from 'node:path';
import {
  type ArtifactRef,
  isMillraceError,
  type JsonObject,
  MillraceError,
} from '../contracts/index.js';
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
  /** What brings a library that Python lacks; absent: the set-up. */
  readonly lackingHint?: string;
}

/**
 * Runs one of millrace's own Python programs by the step contract, for whoever has no run: in a state
 * directory that is removed after.
 *
 * @param read - takes what it made, while that is still there
 * @throws MillraceError `InvalidInput` where it refuses what it is given, `EnvironmentMissing` where it
 * lacks a library, else as a step's process does; the signal's reason when it was aborted
 */
export async function runPythonProgram<Result>(
  program: PythonProgram,
  read: (made: StepProcessResult, artifacts: ArtifactStore) => Result | Promise<Result>,
): Promise<Result> {
  const { file, stepId, python, values, inputs, env, signal, onProgress } = program;
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
  }).catch((error: unknown) => {
    throw explained(error, program.lackingHint);
  });
}

/** Tells apart what the contract's exit codes cannot. */
function explained(error: unknown, lackingHint = 'run `millrace setup`'): unknown {
  if (!isMillraceError(error)) return error;
  const { type, message, hint } = error;
  if (type === 'InvalidInput') {
    // Whoever asks for it has started no step.
    const refused = message.replace(/^step \S+ refused its input: /, '');
    return new MillraceError('InvalidInput', refused, hint, { cause: error });
  }
  if (type !== 'StepProcessFailed' || !message.includes('ModuleNotFoundError:')) return error;
  const lacking = `Python lacks a library: ${message}`;
  return new MillraceError('EnvironmentMissing', lacking, lackingHint, { cause: error });
}

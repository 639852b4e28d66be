import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArtifactRef,
  isMillraceError,
  type JsonObject,
  MillraceError,
} from '../../contracts/index.js';
import type { StepProcessResult } from '../../processes/ports.js';
import type { ActivityDeps } from '../deps.js';
import type { StepWorkContext } from '../step-work.js';
import { KILL_AFTER_MS } from './run-command.js';

/**
 * Runs one of millrace's own Python programs by the step contract.
 *
 * @param program - its file in `python/`
 * @throws MillraceError `EnvironmentMissing` without Python or one of its libraries, `InvalidInput`
 * where the program refuses what it was given, `StepProcessFailed`
 */
export async function runPythonStep(
  { deps, task, step, attempt, isLatest, signal, report }: StepWorkContext,
  program: string,
  values: JsonObject,
  artifacts: Readonly<Record<string, ArtifactRef>>,
): Promise<StepProcessResult> {
  await requirePython(deps.python);
  try {
    return await deps.processes.run({
      runId: task.run.runId,
      stepId: step.id,
      attempt,
      argv: [deps.python.executable, join(deps.python.directory, program)],
      shell: false,
      baseDirectory: task.run.baseDirectory,
      values,
      artifacts,
      env: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
      ...(step.resources !== undefined && { resources: step.resources }),
      ...(isLatest !== undefined && { isLatest }),
      signal,
      killAfterMs: KILL_AFTER_MS,
      onProgress: report,
    });
  } catch (error) {
    throw withMissingLibrary(error);
  }
}

async function requirePython(python: ActivityDeps['python']): Promise<void> {
  try {
    await access(python.executable, constants.X_OK);
  } catch (cause) {
    throw new MillraceError(
      'EnvironmentMissing',
      `there is no Python at ${python.executable}`,
      'run `millrace setup`',
      { cause },
    );
  }
}

function withMissingLibrary(error: unknown): unknown {
  if (!isMillraceError(error) || error.type !== 'StepProcessFailed') return error;
  if (!error.message.includes('ModuleNotFoundError:')) return error;
  return new MillraceError(
    'EnvironmentMissing',
    `Python lacks a library: ${error.message}`,
    'run `millrace setup`',
    { cause: error },
  );
}

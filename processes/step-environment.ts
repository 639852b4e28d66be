import { delimiter, dirname, isAbsolute } from 'node:path';
import type { StepProcess } from './ports.js';
import type { StepDirectory } from './step-directory.js';

/** Python of the virtual environment, and the directory of millrace's own Python programs. */
export interface PythonSetup {
  readonly executable: string;
  readonly directory: string;
}

/**
 * The environment of a step's process: the worker's own without what is the worker's business
 * (`TEMPORAL_…`, credentials among them, and `MILLRACE_…`), then what the step asks for, then the
 * contract's variables, all paths absolute. The virtual environment comes first on PATH, so that
 * `python` is the one with the libraries; `import millrace_step` works.
 */
export function stepEnvironment(
  step: StepProcess,
  directory: StepDirectory,
  python: PythonSetup | undefined,
  inherited: NodeJS.ProcessEnv = process.env,
): { readonly [name: string]: string } {
  return {
    ...ownEnvironment(step.env, python, inherited),
    ...contractVariables(step, directory),
  };
}

/** The variables that the contract promises, wherever the process runs. */
export function contractVariables(
  step: StepProcess,
  directory: StepDirectory,
): { readonly [name: string]: string } {
  return {
    MILLRACE_RUN_ID: step.runId,
    MILLRACE_STEP: step.stepId,
    MILLRACE_ATTEMPT: String(step.attempt),
    MILLRACE_INPUTS: directory.inputsFile,
    MILLRACE_OUTPUTS: directory.outputsDir,
    MILLRACE_OUTPUTS_JSON: directory.outputsFile,
    MILLRACE_BASE_DIRECTORY: step.baseDirectory,
  };
}

/**
 * What a process is given of the environment that millrace itself runs in, and what is asked for.
 *
 * @param python - comes first on PATH
 */
export function ownEnvironment(
  asked: { readonly [name: string]: string },
  python: PythonSetup | undefined,
  inherited: NodeJS.ProcessEnv = process.env,
): { readonly [name: string]: string } {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !/^(TEMPORAL|MILLRACE)_/.test(name)) env[name] = value;
  }
  Object.assign(env, asked);
  if (python !== undefined) {
    // A bare `python3` is found on PATH already; its "." must not be.
    if (isAbsolute(python.executable)) {
      env['PATH'] = joined(dirname(python.executable), env['PATH']);
    }
    env['PYTHONPATH'] = joined(python.directory, env['PYTHONPATH']);
  }
  // Without it the log of a Python program stays empty until it ends.
  return { PYTHONUNBUFFERED: '1', ...env };
}

function joined(first: string, rest: string | undefined): string {
  return rest === undefined || rest === '' ? first : `${first}${delimiter}${rest}`;
}

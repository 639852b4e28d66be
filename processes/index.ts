export type * from './ports.js';
export { createProcessRunner, type ProcessRunnerOptions } from './process-runner.js';
export { type PythonProgram, runPythonProgram } from './python-program.js';
export type { PythonSetup } from './step-environment.js';

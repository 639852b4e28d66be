export type * from './ports.js';
export { createProcessRunner, type ProcessRunnerOptions } from './process-runner.js';
export type { PythonSetup } from './step-environment.js';

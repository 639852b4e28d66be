import { join } from 'node:path';

/** Where everything lives inside the state directory (`.millrace/`). */
export interface HomeLayout {
  readonly root: string;
  /** SQLite file of the registry. */
  readonly registryFile: string;
  readonly artifactsDir: string;
  /** `<model>/<gateway id>/` below it. */
  readonly predictionsDir: string;
  /** Database file of the Temporal dev server. */
  readonly temporalFile: string;
  /** `runs/<runId>/<step>.<attempt>.log` and the logs of background processes. */
  readonly logsDir: string;
  /** `stack.json`, process groups of running steps: only meaningful while processes live. */
  readonly runtimeDir: string;
  /** Working directories of steps. */
  readonly workDir: string;
}

export function homeLayout(root: string): HomeLayout {
  return {
    root,
    registryFile: join(root, 'registry.db'),
    artifactsDir: join(root, 'artifacts'),
    predictionsDir: join(root, 'predictions'),
    temporalFile: join(root, 'temporal.db'),
    logsDir: join(root, 'logs'),
    runtimeDir: join(root, 'run'),
    workDir: join(root, 'work'),
  };
}

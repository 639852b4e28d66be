import { join } from 'node:path';
import { isMillraceError, MillraceError } from '../contracts/index.js';
import type { Logger } from '../logging/logger.js';
import { packDirectory } from '../storage/artifacts/packed-directory.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';
import type { HomeLayout } from '../storage/home/layout.js';
import { createGroupGuard } from './group-guard.js';
import { createGroupRecords } from './group-records.js';
import { createHosts } from './hosts.js';
import type { OpenCluster } from './kubernetes/cluster.js';
import { createCurveFile } from './metric-curve.js';
import type { ProcessRunner, StepProcess, StepProcessResult, StepProgress } from './ports.js';
import { createProgressFile } from './progress-file.js';
import type { Machine } from './resources/machine.js';
import {
  makeStepDirectory,
  pruneFailedRuns,
  removeStepDirectory,
  type StepDirectory,
  segment,
} from './step-directory.js';
import type { PythonSetup } from './step-environment.js';
import type { StepHost } from './step-host.js';
import { openStepLog } from './step-log.js';
import { readOutputs } from './step-outputs.js';

export interface ProcessRunnerOptions {
  readonly home: HomeLayout;
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  /** Makes `python` the virtual environment's and `millrace_step` importable. */
  readonly python?: PythonSetup;
  /** What steps may be given; absent: this one, as it is. */
  readonly machine?: Machine;
  /** Reaches a cluster; absent: no step can run as a Kubernetes Job here. */
  readonly openCluster?: OpenCluster;
  /** Where the container command line is looked for; absent: the process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs steps as processes by the contract of `inputs.json` and `outputs.json`.
 *
 * Each attempt works in a directory of its own, `<workDir>/<runId>/<step>/<attempt>/`, which is
 * removed when it succeeded; those of failed ones are kept for the 20 newest runs. Its log is
 * `<logsDir>/runs/<runId>/<step>.<attempt>.log`; beside it lie the metrics that it told, and
 * while it runs what it told last of its progress.
 *
 * No process outlives its step or its worker: each step has a process group of its own that is ended
 * with the step, by the watchdog when the worker dies, and by `sweep` should both have been killed.
 * A process that leaves its group's session (`setsid`) is not covered. A step with a container runs
 * in it, in nothing else.
 *
 * @example
 * const processes = createProcessRunner({ home, artifacts, logger, python });
 * await processes.sweep();
 * const { artifacts: made } = await processes.run({ runId, stepId: 'clean', argv: ['python', 'steps/clean.py'], … });
 */
export function createProcessRunner(options: ProcessRunnerOptions): ProcessRunner {
  const { home, artifacts, logger } = options;
  const records = createGroupRecords(join(home.runtimeDir, 'groups'));
  const guard = createGroupGuard(records);
  const hosts = createHosts(options, records, guard);

  async function run(step: StepProcess): Promise<StepProcessResult> {
    step.signal.throwIfAborted();
    const host = hosts.of(step);
    await host.endOthers(step);
    const directory = await makeStepDirectory(home.workDir, step, artifacts);
    try {
      const result = await attempt(step, directory, host);
      await removeStepDirectory(home.workDir, step);
      return result;
    } catch (error) {
      logger.info(
        { run: step.runId, step: step.stepId, attempt: step.attempt, directory: directory.path },
        'step process failed; its directory is kept',
      );
      const contained = await hosts.runs();
      const active = new Set([...(await records.runs()), ...contained, step.runId]);
      await pruneFailedRuns(home.workDir, active).catch(() => undefined);
      throw error;
    }
  }

  async function attempt(
    step: StepProcess,
    directory: StepDirectory,
    host: StepHost,
  ): Promise<StepProcessResult> {
    const logsDirectory = join(home.logsDir, 'runs', segment(step.runId));
    const name = `${segment(step.stepId)}.${step.attempt}.log`;
    const log = await openStepLog(join(logsDirectory, name));
    const told = createProgressFile({ logsDirectory, ...step });
    const curve = createCurveFile({ logsDirectory, ...step }, (text) => log.note(text));
    const onProgress = (progress: StepProgress) => {
      told.tell(progress);
      curve.tell(progress);
      step.onProgress(progress);
    };
    try {
      await host.run({ step: { ...step, onProgress }, directory, log });
      return await storeOutputs(step, directory);
    } catch (error) {
      if (isMillraceError(error)) log.note(error.message.split('\n')[0] ?? '');
      throw error;
    } finally {
      told.close();
      curve.close();
      await log.close();
    }
  }

  async function storeOutputs(
    step: StepProcess,
    directory: StepDirectory,
  ): Promise<StepProcessResult> {
    const { values, files, metrics } = await readOutputs(directory).catch((error: unknown) => {
      if (!isMillraceError(error)) throw error;
      throw new MillraceError(error.type, `step ${step.stepId}: ${error.message}`, error.hint);
    });
    const stored = await Promise.all(
      files.map(async ({ name: key, path, isDirectory, mediaType }, index) => {
        const packed = join(directory.path, `.artifact-${index}.tar`);
        if (isDirectory) await packDirectory(path, packed);
        return [key, await artifacts.putFile(isDirectory ? packed : path, mediaType)];
      }),
    );
    return { values, artifacts: Object.fromEntries(stored), metrics };
  }

  return {
    run,
    async sweep() {
      const groups = await records.sweep();
      await hosts.sweep();
      return groups;
    },
    close: () => guard.close(),
  };
}

import type { Logger } from '../logging/logger.js';
import { killGroup } from './end-group.js';
import type { GroupGuard } from './group-guard.js';
import type { GroupRecords } from './group-records.js';
import { refuseFailure } from './process-end.js';
import type { DevicePool } from './resources/device-pool.js';
import { boundedArguments, resourceEnvironment } from './resources/limits.js';
import { type Machine, refuseBeyond } from './resources/machine.js';
import { runStepProcess } from './run-step-process.js';
import { resolveCommand } from './step-command.js';
import { type PythonSetup, stepEnvironment } from './step-environment.js';
import type { StepHost } from './step-host.js';

/** Runs steps as processes of this machine, each in a process group of its own. */
export function createLocalHost(options: {
  readonly records: GroupRecords;
  readonly guard: GroupGuard;
  readonly machine: Machine;
  readonly devices: DevicePool;
  readonly python: PythonSetup | undefined;
  readonly logger: Logger;
}): StepHost {
  const { records, guard, machine, devices, python, logger } = options;
  return {
    /** Of a worker that hangs, the processes may live on. */
    async endOthers(step) {
      if (step.attempt === 1) return;
      for (const { group, attempt: earlier } of await records.ofEarlierAttempts(step)) {
        logger.warn(
          { run: step.runId, step: step.stepId, attempt: earlier, group },
          'the process of an earlier attempt still runs; it is ended',
        );
        await killGroup(group);
      }
    },
    async run({ step, directory, log }) {
      const { resources = {} } = step;
      refuseBeyond(machine, resources, step.stepId);
      const gpus = await devices.take(resources.gpu ?? 0, step.signal);
      try {
        const share = resourceEnvironment(resources, gpus);
        const env = stepEnvironment({ ...step, env: { ...share, ...step.env } }, directory, python);
        const command = resolveCommand(step.argv, {
          shell: step.shell,
          baseDirectory: step.baseDirectory,
          path: env['PATH'] ?? '',
        });
        const argv = boundedArguments(command, resources);
        const end = await runStepProcess({ step, argv, env, directory, log, guard });
        step.signal.throwIfAborted();
        refuseFailure(end, step.stepId, log.lastLines());
      } finally {
        devices.giveBack(gpus);
      }
    },
  };
}

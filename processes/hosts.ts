import { join } from 'node:path';
import { findCommandLine } from './containers/command-line.js';
import { createContainerHost } from './containers/container-host.js';
import { createContainerRecords } from './containers/container-records.js';
import { removeContainer } from './containers/containers.js';
import type { GroupGuard } from './group-guard.js';
import type { GroupRecords } from './group-records.js';
import { createJobHost, removeJob } from './kubernetes/job-host.js';
import { createLocalHost } from './local-host.js';
import type { StepProcess } from './ports.js';
import type { ProcessRunnerOptions } from './process-runner.js';
import { DevicePool } from './resources/device-pool.js';
import { readMachine } from './resources/machine.js';
import type { StepHost } from './step-host.js';

/** Everything that steps run in. */
export interface Hosts {
  of(step: StepProcess): StepHost;
  /** Ids of runs that have a container or a Job. */
  runs(): Promise<readonly string[]>;
  /** Removes containers and Jobs whose worker is gone. */
  sweep(): Promise<void>;
}

export function createHosts(
  options: ProcessRunnerOptions,
  groups: GroupRecords,
  guard: GroupGuard,
): Hosts {
  const { home, python, logger, openCluster = null } = options;
  const machine = options.machine ?? readMachine();
  const devices = new DevicePool(machine.gpus);
  const commandLine = findCommandLine(options.env ?? process.env);
  const records = createContainerRecords(join(home.runtimeDir, 'containers'));
  const homeDirectory = home.root;
  const helpers = python?.directory;
  const local = createLocalHost({ records: groups, guard, machine, devices, python, logger });
  const contained = { homeDirectory, helpers, records, logger };
  const docker = createContainerHost({ ...contained, commandLine, guard, machine, devices });
  const kubernetes = createJobHost({ ...contained, openCluster });

  return {
    of({ container }) {
      if (container === undefined) return local;
      return container.kind === 'docker' ? docker : kubernetes;
    },
    runs: async () => (await records.all()).map(({ runId }) => runId),
    async sweep() {
      for (const { name, container } of await records.orphans()) {
        const gone =
          container.kind === 'docker'
            ? commandLine !== null && (await removeContainer(commandLine, name))
            : openCluster !== null && (await removeJob(openCluster, container, name));
        if (gone) await records.remove(name);
        logger.warn({ container: name, gone }, 'a container of an earlier worker is removed');
      }
    },
  };
}

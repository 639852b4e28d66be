import { type DockerContainer, MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { type ContainedStep, containStep } from '../contained/contained-step.js';
import type { GroupGuard } from '../group-guard.js';
import type { StepProcess } from '../ports.js';
import type { DevicePool } from '../resources/device-pool.js';
import { type Machine, refuseBeyond } from '../resources/machine.js';
import { runStepProcess } from '../run-step-process.js';
import type { AttemptWork, StepHost } from '../step-host.js';
import { type CommandLine, requireCommandLine } from './command-line.js';
import { cannotCreate, cannotRemove, refuseLate, refuseUnstarted } from './container-failures.js';
import { containerName, stepMark } from './container-name.js';
import type { ContainerRecords } from './container-records.js';
import {
  type ContainerEnd,
  containerEnd,
  containersOf,
  MARK_LABEL,
  removeContainer,
} from './containers.js';
import { createArguments } from './create-arguments.js';
import { askEngine, type Engine } from './engine.js';
import { fetchImage } from './images.js';
import { startReaper } from './reaper.js';

export interface ContainerHostOptions {
  readonly commandLine: CommandLine | null;
  readonly homeDirectory: string;
  /** Directory of millrace's own Python programs. */
  readonly helpers: string | undefined;
  readonly records: ContainerRecords;
  readonly guard: GroupGuard;
  readonly machine: Machine;
  readonly devices: DevicePool;
  readonly logger: Logger;
}

/**
 * Runs steps in containers of this machine, by a command line that understands Docker's.
 *
 * A container is named after its attempt and marked with its step. It is removed when the attempt
 * ends, by its reaper when the worker dies, by the next attempt before it begins, and by the next
 * worker should all of these have failed.
 */
export function createContainerHost(options: ContainerHostOptions): StepHost {
  const { homeDirectory, helpers, records, guard, machine, devices, logger } = options;
  let engine: Promise<Engine> | null = null;

  /** Asked once, and again where there was no answer. */
  function engineOf(command: CommandLine): Promise<Engine> {
    engine ??= askEngine(command).catch((error: unknown) => {
      engine = null;
      throw error;
    });
    return engine;
  }

  async function endOthers(step: StepProcess): Promise<void> {
    const command = requireCommandLine(options.commandLine, step.stepId);
    const others = await containersOf(command, stepMark(homeDirectory, step));
    refuseLate(step, others);
    for (const { name, attempt } of others) {
      logger.warn(
        { run: step.runId, step: step.stepId, attempt, container: name },
        'the container of an earlier attempt is still there; it is removed',
      );
      if (!(await removeContainer(command, name))) throw cannotRemove(command, name);
      await records.remove(name);
    }
  }

  async function run(work: AttemptWork): Promise<void> {
    const { step, log } = work;
    const container = dockerContainer(step);
    const command = requireCommandLine(options.commandLine, step.stepId);
    const { resources = {} } = step;
    refuseBeyond(machine, resources, step.stepId);
    const asked = await engineOf(command);
    await fetchImage(command, container, { signal: step.signal, note: log.note });
    const contained = await containStep(work, { container, homeDirectory, helpers });
    const gpus = await devices.take(resources.gpu ?? 0, step.signal);
    try {
      const name = containerName(homeDirectory, step);
      const words = createArguments({
        name,
        labels: labelsOf(step),
        container,
        contained,
        workingDirectory: work.directory.path,
        resources,
        gpus,
        engine: asked,
      });
      await runContainer(work, { command, container, contained, name, words });
    } finally {
      devices.giveBack(gpus);
    }
  }

  async function runContainer(work: AttemptWork, made: MadeContainer): Promise<void> {
    const { step } = work;
    const { command, container, contained, name, words } = made;
    const { runId, stepId, attempt } = step;
    await records.add({ name, container, runId, stepId, attempt });
    const reaper = await startReaper(command, name);
    try {
      step.signal.throwIfAborted();
      const { code, stderr } = await command.run(words.args, { env: words.env });
      if (code !== 0) throw cannotCreate(container, stderr);
      const end = await follow(work, command, name, contained);
      step.signal.throwIfAborted();
      refuseUnstarted(end, container, stepId, work.log.lastLines());
      await contained.refuse(end);
    } finally {
      const gone = await removeContainer(command, name);
      reaper.release();
      if (gone) await records.remove(name);
      else logger.error({ container: name }, 'a container cannot be removed');
    }
  }

  function labelsOf(step: StepProcess): { readonly [label: string]: string } {
    return {
      [MARK_LABEL]: stepMark(homeDirectory, step),
      'millrace.run': step.runId,
      'millrace.step': step.stepId,
      'millrace.attempt': String(step.attempt),
    };
  }

  /** Runs a container that was made to its end. */
  async function follow(
    { step, directory, log }: AttemptWork,
    command: CommandLine,
    name: string,
    contained: ContainedStep,
  ): Promise<ContainerEnd> {
    const seconds = String(Math.ceil(step.killAfterMs / 1_000));
    const progress = contained.followProgress();
    try {
      const attached = await runStepProcess({
        step,
        argv: [command.program, 'start', '--attach', name],
        env: command.env,
        directory,
        log,
        guard,
        async end() {
          await command.run(['stop', '-t', seconds, name], {
            timeoutMs: step.killAfterMs + STOP_ANSWERS_MS,
          });
          await removeContainer(command, name);
        },
      });
      return await containerEnd(command, name, attached);
    } finally {
      await progress.stop();
    }
  }

  return { endOthers, run };
}

interface MadeContainer {
  readonly command: CommandLine;
  readonly container: DockerContainer;
  readonly contained: ContainedStep;
  readonly name: string;
  readonly words: ReturnType<typeof createArguments>;
}

/** Beyond the time that the step is given, for the daemon itself. */
const STOP_ANSWERS_MS = 2_000;

function dockerContainer({ container, stepId }: StepProcess): DockerContainer {
  if (container?.kind === 'docker') return container;
  throw new MillraceError('Internal', `step ${stepId} is not one for a container`);
}

import { chmod, copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, type StepContainer } from '../../contracts/index.js';
import { type ProcessEnd, refuseFailure } from '../process-end.js';
import { createProgressReader } from '../progress-lines.js';
import { resourceEnvironment } from '../resources/limits.js';
import { resolveContainedCommand } from '../step-command.js';
import { contractVariables } from '../step-environment.js';
import type { AttemptWork } from '../step-host.js';
import { followFile } from './follow-file.js';
import { launched } from './launch.js';
import { type Mount, stepMounts } from './mounts.js';

/** The module that Python steps import. */
const HELPER = 'millrace_step.py';

/** What a step's container is made of, whoever runs it. */
export interface ContainedStep {
  readonly argv: readonly [string, ...string[]];
  readonly env: { readonly [name: string]: string };
  readonly mounts: readonly Mount[];
  /** Turns the end of the container into the failure that the contract says. */
  refuse(end: ProcessEnd): Promise<void>;
  /** Follows its progress until `stop`. */
  followProgress(): { stop(): Promise<void> };
}

/**
 * Makes a step ready for a container: the contract's files lie in the directory of the attempt, which
 * the container has at the same path. Of the worker's environment it is given nothing.
 *
 * @param helpers - directory of millrace's own Python programs
 */
export async function containStep(
  { step, directory, log }: AttemptWork,
  options: {
    readonly container: StepContainer;
    readonly homeDirectory: string;
    readonly helpers: string | undefined;
  },
): Promise<ContainedStep> {
  const { container, homeDirectory, helpers } = options;
  const own = join(directory.path, '.millrace');
  const progressFile = join(own, 'progress');
  const missingFile = join(own, 'missing');
  const command = resolveContainedCommand(step.argv, step);
  await mkdir(own);
  await writeFile(progressFile, '');
  if (helpers !== undefined) await copyFile(join(helpers, HELPER), join(own, HELPER));
  // Its process is not the one that these belong to.
  if (container.user !== undefined) {
    await Promise.all([
      ...[directory.path, directory.outputsDir, own].map((path) => chmod(path, 0o777)),
      chmod(directory.inputsFile, 0o644),
      chmod(progressFile, 0o666),
    ]);
  }
  const opensFd3 = container.fd3 !== false;
  return {
    argv: opensFd3 ? launched(command, { helpersDirectory: own, missingFile }) : command,
    env: {
      PYTHONUNBUFFERED: '1',
      ...(opensFd3 ? {} : { PYTHONPATH: own }),
      // A user that the image does not know has no directory of its own there.
      ...(isForeignUser(container) && { HOME: directory.path }),
      ...threadVariables(step.resources?.cpu),
      ...step.env,
      ...contractVariables(step, directory),
      MILLRACE_PROGRESS: progressFile,
    },
    mounts: await stepMounts({
      baseDirectory: step.baseDirectory,
      homeDirectory,
      attemptDirectory: directory.path,
      inputPaths: directory.inputPaths,
      maskDirectory: join(own, 'mask'),
    }),
    async refuse(end) {
      if (end.code === 127 && (await isThere(missingFile))) {
        throw new MillraceError(
          'InvalidInput',
          `step ${step.stepId}: the image ${container.image} has no command "${command[0]}"`,
          'name one that the image has, or another image',
        );
      }
      refuseFailure(end, step.stepId, log.lastLines());
    },
    followProgress() {
      const reader = createProgressReader(step.onProgress, (line) =>
        log.note(`not a line of progress: ${line}`),
      );
      const file = followFile(progressFile, (chunk) => reader.push(chunk));
      return {
        async stop() {
          await file.stop();
          reader.end();
        },
      };
    },
  };
}

/** Its memory and devices are bounded by the container itself. */
function threadVariables(cpu: number | undefined): { readonly [name: string]: string } {
  return cpu === undefined ? {} : resourceEnvironment({ cpu }, []);
}

function isForeignUser({ user }: StepContainer): boolean {
  return user === undefined && (process.getuid?.() ?? 0) !== 0;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

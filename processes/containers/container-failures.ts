import { type DockerContainer, MillraceError } from '../../contracts/index.js';
import type { StepProcess } from '../ports.js';
import type { CommandLine } from './command-line.js';
import type { ContainerEnd } from './containers.js';
import { lastLine } from './engine.js';

/** Of an attempt that was given up, and comes to its work after the next one has begun. */
export function refuseLate(
  step: StepProcess,
  others: readonly { readonly attempt: number }[],
): void {
  const later = others.find(({ attempt }) => attempt > step.attempt);
  if (later === undefined) return;
  throw new MillraceError(
    'StepProcessFailed',
    `step ${step.stepId}: attempt ${later.attempt} has begun, attempt ${step.attempt} does not any more`,
    'the worker of this attempt was taken for dead',
  );
}

export function cannotRemove({ program }: CommandLine, name: string): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    `the container ${name} of an earlier attempt cannot be removed`,
    `see why: ${program} rm --force ${name}`,
  );
}

export function cannotCreate({ image }: DockerContainer, stderr: string): MillraceError {
  const isDown = /cannot connect|is the docker daemon running|no answer within/i.test(stderr);
  return new MillraceError(
    isDown ? 'ServiceUnavailable' : 'EnvironmentMissing',
    `no container can be made of ${image}: ${lastLine(stderr)}`,
    isDown ? 'start its daemon' : 'what the runner asks for is not to be had on this worker',
  );
}

export function refuseUnstarted(
  end: ContainerEnd,
  container: DockerContainer,
  stepId: string,
  lastLines: readonly string[],
): void {
  if (end.running) {
    throw new MillraceError(
      'StepProcessFailed',
      `step ${stepId}: its container was lost while it ran; it is ended`,
      'the daemon may have been started anew',
    );
  }
  if (end.startError !== null) {
    const why = end.startError || lastLine(lastLines.join('\n'));
    const lacksShell = container.fd3 !== false && why.includes('/bin/sh');
    throw new MillraceError(
      /not found|no such file|permission denied|not a directory/i.test(why)
        ? 'InvalidInput'
        : 'ServiceUnavailable',
      `step ${stepId}: a container of ${container.image} does not start: ${why}`,
      lacksShell
        ? 'an image without /bin/sh needs fd3: false'
        : 'the image must have the program that run: names',
    );
  }
  if (end.outOfMemory) {
    throw new MillraceError(
      'StepProcessFailed',
      `step ${stepId} took more memory than its container has`,
      'give it more: resources: {memory: …}',
    );
  }
}

import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import { MillraceError } from '../../contracts/index.js';
import type { ProcessEnd } from '../process-end.js';
import { STEP_CONTAINER } from './job-manifest.js';

/** How a step's pod is. */
export type PodState =
  /** `why`: worth a line of the log. */
  | { readonly kind: 'waiting'; readonly why: string | null }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly end: ProcessEnd }
  /** It will not run, or was ended by something else than itself. */
  | { readonly kind: 'failed'; readonly error: MillraceError };

/** Reasons for which a container cannot be made however long one waits. */
const HOPELESS =
  /^(InvalidImageName|ErrImageNeverPull|CreateContainerConfigError|CreateContainerError|RunContainerError|StartError|ContainerCannotRun)$/;
const NO_SUCH_IMAGE = /not found|manifest unknown|denied|unauthorized|forbidden/i;

export function podState(pod: V1Pod, image: string): PodState {
  const { phase, containerStatuses = [], conditions = [] } = pod.status ?? {};
  const state = containerStatuses.find(({ name }) => name === STEP_CONTAINER)?.state;
  if (state?.terminated !== undefined) return ended(state.terminated, image);
  if (phase === 'Succeeded') return { kind: 'ended', end: { code: 0, signal: null } };
  if (phase === 'Failed') {
    const why = words(pod.status ?? {});
    return failed(
      'StepProcessFailed',
      `its pod was ended: ${why || 'the cluster does not say why'}`,
    );
  }
  if (state?.running !== undefined) return { kind: 'running' };
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined && HOPELESS.test(waiting.reason)) {
    return failed('InvalidInput', `a container of ${image} cannot be made: ${words(waiting)}`);
  }
  if (waiting?.reason === 'ErrImagePull' && NO_SUCH_IMAGE.test(waiting.message ?? '')) {
    return failed('InvalidInput', `the image ${image} cannot be fetched: ${words(waiting)}`);
  }
  if (waiting?.reason === 'ImagePullBackOff') {
    return failed('ServiceUnavailable', `the image ${image} cannot be fetched: ${words(waiting)}`);
  }
  const unscheduled = conditions.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  return { kind: 'waiting', why: unscheduled === undefined ? null : words(unscheduled) };
}

function ended(terminated: V1ContainerStateTerminated, image: string): PodState {
  const { exitCode, reason = '', message = '' } = terminated;
  if (reason === 'OOMKilled') {
    return failed(
      'StepProcessFailed',
      'it took more memory than its container has',
      'give it more: resources: {memory: …}',
    );
  }
  if (HOPELESS.test(reason)) {
    return failed(
      'InvalidInput',
      `a container of ${image} does not start: ${message || reason}`,
      'an image without /bin/sh needs fd3: false; the program that run: names must be in it',
    );
  }
  return { kind: 'ended', end: { code: exitCode, signal: null } };
}

function failed(
  type: 'InvalidInput' | 'ServiceUnavailable' | 'StepProcessFailed',
  message: string,
  hint?: string,
): PodState {
  return { kind: 'failed', error: new MillraceError(type, message, hint) };
}

function words({
  reason,
  message,
}: {
  readonly reason?: string;
  readonly message?: string;
}): string {
  return [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { isMillraceError, MillraceError } from '../../contracts/index.js';
import type { ProcessEnd } from '../process-end.js';
import type { StepLog } from '../step-log.js';
import type { Cluster } from './cluster.js';
import { type FollowedLog, followPodLog } from './pod-log.js';
import { podState } from './pod-state.js';

/** An API server that is started anew answers again within that. */
const UNREACHABLE_MS = 60_000;

/**
 * Follows a Job to its end, and copies what its pod prints into the step's log.
 *
 * @returns how the step's container ended
 * @throws MillraceError when it cannot run or was ended by something else, without the step's name;
 * the signal's reason when it aborts
 */
export async function followJob(
  cluster: Cluster,
  name: string,
  work: { readonly image: string; readonly signal: AbortSignal; readonly log: StepLog },
): Promise<ProcessEnd> {
  const { image, signal, log } = work;
  let followed: FollowedLog | null = null;
  let noted: string | null = null;
  let silentSinceMs: number | null = null;

  for (;;) {
    signal.throwIfAborted();
    const looked = await look(cluster, name).catch((error: unknown) => {
      const now = performance.now();
      silentSinceMs ??= now;
      const mayAnswer = isMillraceError(error) && error.type === 'ServiceUnavailable';
      if (!mayAnswer || now - silentSinceMs > UNREACHABLE_MS) throw error;
      return null;
    });
    if (looked !== null) {
      silentSinceMs = null;
      const state = looked.pod === null ? null : podState(looked.pod, image);
      if (state === null) refuseLostJob(looked.job);
      else {
        if ((state.kind === 'running' || state.kind === 'ended') && followed === null) {
          followed = followPodLog(cluster, looked.pod?.metadata?.name ?? '');
          log.follow(followed.stream, 'stdout');
        }
        if (state.kind === 'waiting' && state.why !== null && state.why !== noted) {
          noted = state.why;
          log.note(`its pod waits: ${state.why}`);
        }
        if (state.kind === 'ended' || state.kind === 'failed') {
          await followed?.finish();
          if (state.kind === 'failed') throw state.error;
          return state.end;
        }
      }
    }
    await sleep(cluster.lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Looked {
  readonly pod: V1Pod | null;
  /** Only asked for where it has no pod. */
  readonly job: V1Job | null;
}

async function look(cluster: Cluster, name: string): Promise<Looked> {
  const [pod = null] = await cluster.pods(`batch.kubernetes.io/job-name=${name}`);
  return { pod, job: pod === null ? await cluster.job(name) : null };
}

/** A Job without a pod has none yet, or its pod was taken away. */
function refuseLostJob(job: V1Job | null): void {
  if (job === null) {
    throw new MillraceError(
      'StepProcessFailed',
      'its Job is gone: something else has deleted it',
      'see the events of the namespace',
    );
  }
  const ended = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True',
  );
  if (ended === undefined) return;
  throw new MillraceError(
    'StepProcessFailed',
    `its Job failed: ${ended.message ?? ended.reason ?? 'the cluster does not say why'}`,
    'see the events of the namespace',
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isMillraceError, type KubernetesContainer, MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { containStep } from '../contained/contained-step.js';
import { refuseLate } from '../containers/container-failures.js';
import { containerName, stepMark } from '../containers/container-name.js';
import type { ContainerRecords } from '../containers/container-records.js';
import type { StepProcess } from '../ports.js';
import type { ProcessEnd } from '../process-end.js';
import type { AttemptWork, StepHost } from '../step-host.js';
import { ATTEMPT_LABEL, type Cluster, MARK_LABEL, type OpenCluster } from './cluster.js';
import { followJob } from './follow-job.js';
import { jobManifest } from './job-manifest.js';
import { mountsOnVolume } from './on-volume.js';

export interface JobHostOptions {
  readonly openCluster: OpenCluster | null;
  readonly homeDirectory: string;
  /** Directory of millrace's own Python programs. */
  readonly helpers: string | undefined;
  readonly records: ContainerRecords;
  readonly logger: Logger;
}

/** A cancelled Job is gone within 10 s; the pod has the time between SIGTERM and SIGKILL of that. */
const GONE_WITHIN_MS = 9_000;
/** Of a node that does not answer, the pod of an earlier attempt may run on. */
const EARLIER_GONE_WITHIN_MS = 60_000;

/**
 * Runs steps as Kubernetes Jobs. Files travel by a volume that worker and pod have at the same path:
 * the step's directory, its inputs and its progress are on it. What it prints comes by the cluster's API.
 */
export function createJobHost(options: JobHostOptions): StepHost {
  const { openCluster, homeDirectory, helpers, records, logger } = options;

  function clusterOf(step: StepProcess): Promise<Cluster> {
    if (openCluster !== null) return openCluster(kubernetesContainer(step));
    throw new MillraceError(
      'EnvironmentMissing',
      `step ${step.stepId} runs as a Kubernetes Job, which only a worker can start`,
      'run the pipeline: millrace run',
    );
  }

  async function endOthers(step: StepProcess): Promise<void> {
    const cluster = await clusterOf(step);
    const jobs = await cluster.jobs(`${MARK_LABEL}=${stepMark(homeDirectory, step)}`);
    const others = jobs.map(({ metadata }) => ({
      name: metadata?.name ?? '',
      attempt: Number(metadata?.labels?.[ATTEMPT_LABEL] ?? 0),
    }));
    refuseLate(step, others);
    for (const { name, attempt } of others) {
      logger.warn(
        { run: step.runId, step: step.stepId, attempt, job: name },
        'the Job of an earlier attempt is still there; it is deleted',
      );
      if (!(await endJob(cluster, name, EARLIER_GONE_WITHIN_MS))) {
        throw new MillraceError(
          'ServiceUnavailable',
          `the Job ${name} of an earlier attempt does not end: its pod may still run`,
          'its node may not answer; see the pods of the Job',
        );
      }
      await records.remove(name);
    }
  }

  async function run(work: AttemptWork): Promise<void> {
    const { step, directory, log } = work;
    const container = kubernetesContainer(step);
    const cluster = await clusterOf(step);
    const contained = await containStep(work, { container, homeDirectory, helpers });
    const { baseDirectory, runId, stepId, attempt } = step;
    const mounts = mountsOnVolume(container, contained, { homeDirectory, baseDirectory });
    const name = containerName(homeDirectory, step);
    const job = jobManifest({
      name,
      mark: stepMark(homeDirectory, step),
      attempt: step,
      container,
      contained: { ...contained, mounts },
      workingDirectory: directory.path,
      resources: step.resources ?? {},
      graceSeconds: Math.ceil(step.killAfterMs / 1_000),
      ...(step.timeoutMs !== undefined && { timeoutMs: step.timeoutMs }),
      worker: workerUser(),
    });
    await records.add({ name, container, runId, stepId, attempt });
    const progress = contained.followProgress();
    let end: ProcessEnd | null = null;
    try {
      step.signal.throwIfAborted();
      await cluster.createJob(job);
      end = await followJob(cluster, name, {
        image: container.image,
        signal: step.signal,
        log,
      }).catch(named(stepId));
    } finally {
      const gone = await endJob(cluster, name, end === null ? GONE_WITHIN_MS : 0);
      if (gone) await records.remove(name);
      else if (end === null) logger.error({ job: name }, 'a Job is deleted, but not gone yet');
      await progress.stop();
    }
    step.signal.throwIfAborted();
    await contained.refuse(end);
  }

  return { endOthers, run };
}

/** Deletes the Job that an earlier worker left; resolves to whether it will go. */
export async function removeJob(
  openCluster: OpenCluster,
  container: KubernetesContainer,
  name: string,
): Promise<boolean> {
  try {
    return await endJob(await openCluster(container), name, 0);
  } catch {
    return false;
  }
}

/**
 * Deletes a Job and waits until it and its pods are gone.
 *
 * @param withinMs - 0: it has ended already, its end is not waited for
 * @returns whether it is gone, or was to be waited for no longer
 */
async function endJob(cluster: Cluster, name: string, withinMs: number): Promise<boolean> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    try {
      await cluster.deleteJob(name);
      if (withinMs === 0 || (await cluster.job(name)) === null) return true;
    } catch (error) {
      if (!isMillraceError(error)) throw error;
    }
    if (performance.now() >= untilMs) return false;
    await sleep(cluster.lookEveryMs);
  }
}

/** Puts the step's name before a failure of its Job. */
function named(stepId: string): (error: unknown) => never {
  return (error) => {
    if (!isMillraceError(error)) throw error;
    throw new MillraceError(error.type, `step ${stepId}: ${error.message}`, error.hint);
  };
}

function workerUser(): string | null {
  const uid = process.getuid?.();
  return uid === undefined ? null : `${uid}:${process.getgid?.() ?? uid}`;
}

function kubernetesContainer({ container, stepId }: StepProcess): KubernetesContainer {
  if (container?.kind === 'kubernetes') return container;
  throw new MillraceError('Internal', `step ${stepId} is not one for a cluster`);
}

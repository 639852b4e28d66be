import { relative } from 'node:path';
import type { V1Job, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { KubernetesContainer, PullPolicy, ResourceSpec } from '../../contracts/index.js';
import type { ContainedStep } from '../contained/contained-step.js';
import type { Mount } from '../contained/mounts.js';
import type { Attempt } from '../containers/container-name.js';
import { ATTEMPT_LABEL, MARK_LABEL } from './cluster.js';

export const STEP_CONTAINER = 'step';

/** A Job that nobody has removed goes by itself after so long. */
const KEPT_SECONDS = 3_600;
/** Beyond the attempt's own time, which its worker watches over. */
const SPARE_SECONDS = 60;

const PULL: { readonly [Policy in PullPolicy]: string } = {
  missing: 'IfNotPresent',
  always: 'Always',
  never: 'Never',
};

export interface JobRequest {
  readonly name: string;
  readonly mark: string;
  readonly attempt: Attempt;
  readonly container: KubernetesContainer;
  readonly contained: Pick<ContainedStep, 'argv' | 'env' | 'mounts'>;
  readonly workingDirectory: string;
  readonly resources: ResourceSpec;
  /** Between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
  /** Absent: it may take as long as it takes. */
  readonly timeoutMs?: number;
  /** Who writes files as the worker does; `null` leaves it to the image. */
  readonly worker: string | null;
}

/** One attempt as a Job: one pod, that is never started again. */
export function jobManifest(request: JobRequest): V1Job {
  const { name, mark, attempt, container, contained, resources } = request;
  const user = container.user ?? request.worker;
  const labels = {
    'app.kubernetes.io/managed-by': 'millrace',
    [MARK_LABEL]: mark,
    [ATTEMPT_LABEL]: String(attempt.attempt),
  };
  const annotations = { 'millrace.dev/run': attempt.runId, 'millrace.dev/step': attempt.stepId };
  const bounds = bounded(resources);
  const files = storage(container, contained.mounts);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels, annotations },
    spec: {
      // Attempts are counted by the run.
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      ...(request.timeoutMs !== undefined && {
        activeDeadlineSeconds: Math.ceil(request.timeoutMs / 1_000) + SPARE_SECONDS,
      }),
      template: {
        metadata: { labels, annotations },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: request.graceSeconds,
          // So that the step is not process 1, which ignores the signals that it does not handle.
          shareProcessNamespace: true,
          ...(container.serviceAccount !== undefined
            ? { serviceAccountName: container.serviceAccount }
            : { automountServiceAccountToken: false }),
          ...(container.nodeSelector !== undefined && { nodeSelector: container.nodeSelector }),
          ...(container.pullSecrets !== undefined && {
            imagePullSecrets: container.pullSecrets.map((secret) => ({ name: secret })),
          }),
          ...(user && { securityContext: identityOf(user) }),
          containers: [
            {
              name: STEP_CONTAINER,
              image: container.image,
              imagePullPolicy: PULL[container.pull ?? 'missing'],
              command: contained.argv.map(literal),
              workingDir: request.workingDirectory,
              env: Object.entries(contained.env).map(([variable, value]) => ({
                name: variable,
                value: literal(value),
              })),
              ...(bounds !== null && { resources: { requests: bounds, limits: bounds } }),
              volumeMounts: [...files.mounts],
            },
          ],
          volumes: [...files.volumes],
        },
      },
    },
  };
}

/** @param user - `1000:1000`, or one number for both */
function identityOf(user: string): { readonly runAsUser: number; readonly runAsGroup: number } {
  const [uid = 0, gid = uid] = user.split(':').map(Number);
  return { runAsUser: uid, runAsGroup: gid };
}

function bounded({ cpu, memoryBytes, gpu }: ResourceSpec): Record<string, string> | null {
  const bounds = {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memoryBytes !== undefined && { memory: String(memoryBytes) }),
    ...(gpu !== undefined && gpu > 0 && { 'nvidia.com/gpu': String(gpu) }),
  };
  return Object.keys(bounds).length === 0 ? null : bounds;
}

/** Kubernetes would put variables in place of `$(…)`, and one dollar in place of two. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function storage(
  { volumeClaim, mountPath, sharedMemoryBytes }: KubernetesContainer,
  mounts: readonly Mount[],
): { readonly volumes: readonly V1Volume[]; readonly mounts: readonly V1VolumeMount[] } {
  const volumes: V1Volume[] = [
    { name: 'state', persistentVolumeClaim: { claimName: volumeClaim } },
  ];
  const places = mounts.map(({ path, source, access }): V1VolumeMount => {
    const subPath = relative(mountPath, source);
    return {
      name: 'state',
      mountPath: path,
      ...(subPath !== '' && { subPath }),
      ...(access === 'read' && { readOnly: true }),
    };
  });
  if (sharedMemoryBytes !== undefined) {
    const sizeLimit = String(sharedMemoryBytes);
    volumes.push({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit } });
    places.push({ name: 'shared-memory', mountPath: '/dev/shm' });
  }
  return { volumes, mounts: places };
}

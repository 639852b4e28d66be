import type { Template } from './plan.js';

/** When an image is fetched: where it is not there, before each attempt, or by somebody else. */
export const PULL_POLICIES = ['missing', 'always', 'never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

/** What the containers of every runner have in common. */
export interface ContainerOptions {
  /** Absent: `missing`. */
  readonly pull?: PullPolicy;
  /** `1000:1000`; absent: that of the worker. */
  readonly user?: string;
  /** Of `/dev/shm`; absent: the runner's own. */
  readonly sharedMemoryBytes?: number;
  /** The image has no `/bin/sh` that could open descriptor 3; absent: it has. */
  readonly fd3?: false;
}

/** A container on the worker's machine, by a command line that understands Docker's. */
export interface DockerOptions extends ContainerOptions {
  readonly kind: 'docker';
  /** Absent: the command line's own. */
  readonly network?: string;
  /** Nothing in the container forwards signals and reaps; absent: `--init` does. */
  readonly init?: false;
}

/** A Kubernetes Job. Its files travel by a volume that the worker has mounted too. */
export interface KubernetesOptions extends ContainerOptions {
  readonly kind: 'kubernetes';
  readonly volumeClaim: string;
  /** Absolute: where the claim's volume is mounted, on the worker and in the pod alike. */
  readonly mountPath: string;
  /** Absent: the context's, or `default`. */
  readonly namespace?: string;
  /** Of the kubeconfig; absent: the current one. */
  readonly context?: string;
  readonly serviceAccount?: string;
  readonly nodeSelector?: { readonly [label: string]: string };
  /** Names of secrets with which images are fetched. */
  readonly pullSecrets?: readonly string[];
}

export type ContainerKind = 'docker' | 'kubernetes';

/** Where the process of a `run` step runs, when not as a process of the worker's machine. */
export type RunnerSpec = (DockerOptions | KubernetesOptions) & { readonly image: Template };

/** The same with its image resolved. */
export type DockerContainer = DockerOptions & { readonly image: string };
export type KubernetesContainer = KubernetesOptions & { readonly image: string };
export type StepContainer = DockerContainer | KubernetesContainer;

/** A reference to an image: `python:3.12-slim`, `ghcr.io/team/train@sha256:…`. Never an option. */
export const IMAGE_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/;

/** Whether a reference names its content and so can never mean another image. */
export function isPinnedImage(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image);
}

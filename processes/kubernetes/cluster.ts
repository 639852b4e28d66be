import type { Readable } from 'node:stream';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { KubernetesContainer } from '../../contracts/index.js';

/** What a step's Job needs of a cluster, in one namespace. */
export interface Cluster {
  /** How often it is looked how a Job is. */
  readonly lookEveryMs: number;
  /** @throws MillraceError saying why the cluster refuses it */
  createJob(job: V1Job): Promise<void>;
  /** Jobs that carry a label. */
  jobs(selector: string): Promise<readonly V1Job[]>;
  /** `null` where there is none. */
  job(name: string): Promise<V1Job | null>;
  /** Asks for the end of a Job and of its pods, whose end it waits for; one that is gone is no error. */
  deleteJob(name: string): Promise<void>;
  pods(selector: string): Promise<readonly V1Pod[]>;
  /**
   * What a pod printed and prints, each line after the time of its writing.
   *
   * @param since - RFC 3339; earlier seconds are left out
   */
  openLog(pod: string, since: string | null, signal: AbortSignal): Promise<Readable>;
}

/** Which cluster and namespace a step's Job belongs to. */
export type ClusterPlace = Pick<KubernetesContainer, 'context' | 'namespace'>;

export type OpenCluster = (place: ClusterPlace) => Promise<Cluster>;

/** Label by which the Jobs of a step are found again. */
export const MARK_LABEL = 'millrace.dev/mark';
export const ATTEMPT_LABEL = 'millrace.dev/attempt';

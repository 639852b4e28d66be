import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { isMillraceError, MillraceError } from '../../contracts/index.js';
import type { Cluster, ClusterPlace, OpenCluster } from './cluster.js';
import { STEP_CONTAINER } from './job-manifest.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Reaches clusters by the official client, which is loaded when a step first asks for one. Where it is
 * and who one is there says `KUBECONFIG`, `~/.kube/config`, or the service account of the worker's own
 * pod, as for kubectl.
 */
export function officialClusters(lookEveryMs: number = LOOK_EVERY_MS): OpenCluster {
  const opened = new Map<string, Promise<Cluster>>();
  return (place) => {
    const key = JSON.stringify([place.context ?? null, place.namespace ?? null]);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const cluster = open(place, lookEveryMs);
    opened.set(key, cluster);
    cluster.catch(() => opened.delete(key));
    return cluster;
  };
}

async function open(place: ClusterPlace, lookEveryMs: number): Promise<Cluster> {
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  const server = configure(config, place);
  const context = config.getContextObject(config.getCurrentContext());
  const namespace = place.namespace ?? context?.namespace ?? 'default';
  const batch = config.makeApiClient(client.BatchV1Api);
  const core = config.makeApiClient(client.CoreV1Api);
  const told = <T>(what: string, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw clusterError(error, `${server}: ${what}`, namespace);
    });
  const orAbsent = <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      if (statusOf(error) === 404) return null;
      throw error;
    });

  return {
    lookEveryMs,
    async createJob(job) {
      await told('the Job is refused', batch.createNamespacedJob({ namespace, body: job }));
    },
    jobs: async (labelSelector) => {
      const listed = batch.listNamespacedJob({ namespace, labelSelector });
      return (await told('its Jobs cannot be read', listed)).items;
    },
    job: (name) =>
      told('a Job cannot be read', orAbsent(batch.readNamespacedJob({ namespace, name }))),
    async deleteJob(name) {
      const propagationPolicy = 'Foreground';
      const deleted = batch.deleteNamespacedJob({ namespace, name, propagationPolicy });
      await told('a Job cannot be deleted', orAbsent(deleted));
    },
    pods: async (labelSelector) => {
      const listed = core.listNamespacedPod({ namespace, labelSelector });
      return (await told('its pods cannot be read', listed)).items;
    },
    async openLog(pod, since, signal) {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
      const url = new URL(`${server.replace(/\/$/, '')}${path}`);
      const query = { container: STEP_CONTAINER, follow: 'true', timestamps: 'true' };
      for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
      if (since !== null) url.searchParams.set('sinceTime', since);
      return openStream(config, url, signal);
    },
  };
}

/** @returns the address of the cluster */
function configure(config: KubeConfig, { context }: ClusterPlace): string {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new MillraceError(
      'EnvironmentMissing',
      `the kubeconfig cannot be read: ${(error as Error).message}`,
      'KUBECONFIG names it; kubectl config view shows it',
      { cause: error },
    );
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map(({ name }) => name);
      throw new MillraceError(
        'EnvironmentMissing',
        `the kubeconfig has no context ${context}`,
        `it has ${names.join(', ') || 'none'}`,
      );
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  // What the client falls back to when nothing tells it of a cluster.
  const isGuess = cluster?.name === 'cluster' && cluster.server === 'http://localhost:8080';
  if (cluster === null || isGuess) {
    throw new MillraceError(
      'EnvironmentMissing',
      'this worker knows no Kubernetes cluster',
      'set KUBECONFIG, or run the worker in the cluster with a service account',
    );
  }
  return cluster.server;
}

/**
 * The client's own way to follow a log loses the errors of a connection that breaks: an error that
 * nobody listens to would end the worker. So only the way in (certificates, tokens, proxies) is its.
 */
async function openStream(config: KubeConfig, url: URL, signal: AbortSignal): Promise<Readable> {
  const options: https.RequestOptions = { signal };
  await config.applyToHTTPSOptions(options);
  const { get } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, options, (response) => {
      if (response.statusCode === 200) resolve(response);
      else {
        response.resume();
        reject(new Error(`the log cannot be read: HTTP status ${response.statusCode}`));
      }
    });
    request.on('error', reject);
  });
}

function statusOf(error: unknown): number | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'number' ? code : null;
}

function clusterError(error: unknown, what: string, namespace: string): MillraceError {
  if (isMillraceError(error)) return error;
  const status = statusOf(error);
  const message = `${what}: ${reasonOf(error)}`;
  const cause = { cause: error };
  switch (status) {
    case 401:
    case 403:
      return new MillraceError(
        'EnvironmentMissing',
        message,
        `the worker may need a role in namespace ${namespace}: jobs (create, get, list, delete), pods (list), pods/log (get)`,
        cause,
      );
    case 400:
    case 404:
    case 422:
      return new MillraceError('InvalidInput', message, 'correct the runner of the step', cause);
    default:
      return new MillraceError('ServiceUnavailable', message, 'see: kubectl cluster-info', cause);
  }
}

/** What the API server says, without the request around it. */
function reasonOf(error: unknown): string {
  const body = typeof error === 'object' && error !== null && 'body' in error ? error.body : null;
  const status = typeof body === 'string' ? parsed(body) : body;
  if (typeof status === 'object' && status !== null && 'message' in status) {
    return String(status.message);
  }
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

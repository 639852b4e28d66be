import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1ContainerState, V1Job, V1Pod } from '@kubernetes/client-node';

/**
 * Speaks over HTTP what a step's Job needs of a Kubernetes API server, and really runs the command of
 * a Job's pod as a process of this machine, with nothing but the environment of the manifest. It
 * mounts nothing: paths are the same here and there anyway.
 */
export interface KubernetesServer {
  readonly url: string;
  /** Jobs by name. */
  readonly jobs: ReadonlyMap<string, V1Job>;
  /** `POST jobs`, `GET pods`, …: in the order in which they came. */
  readonly requests: readonly string[];
  /** Answers the next request whose line matches with an error. */
  refuseNext(line: RegExp, status: number, message: string): void;
  /** Instead of starting containers: what the next pod's container is said to be like. */
  stateOfNextPod(state: V1ContainerState): void;
  /** Breaks every connection on which a log is followed. */
  breakLogs(): void;
  /** Writes a kubeconfig that leads here. */
  writeConfig(file: string): Promise<void>;
  close(): Promise<void>;
}

interface Running {
  readonly pod: V1Pod;
  readonly process: ChildProcess | null;
  readonly lines: string[];
  readonly followers: Set<ServerResponse>;
}

export async function startKubernetesServer(): Promise<KubernetesServer> {
  const jobs = new Map<string, V1Job>();
  const pods = new Map<string, Running>();
  const requests: string[] = [];
  const refusals: { line: RegExp; status: number; message: string }[] = [];
  let nextState: V1ContainerState | null = null;
  let lineNumber = 0;

  function startPod(job: V1Job): void {
    const name = `${job.metadata?.name}-pod`;
    const { spec, metadata } = job.spec?.template ?? {};
    const [container] = spec?.containers ?? [];
    const labels = {
      ...metadata?.labels,
      'batch.kubernetes.io/job-name': job.metadata?.name ?? '',
    };
    const pod: V1Pod = { metadata: { name, labels }, status: { phase: 'Pending' } };
    const tell = (phase: string, state: V1ContainerState): void => {
      const status = { name: 'step', state, ready: false, restartCount: 0, image: '', imageID: '' };
      pod.status = { phase, containerStatuses: [status] };
    };
    const running: Running = { pod, process: null, lines: [], followers: new Set() };
    pods.set(name, running);
    if (nextState !== null) {
      tell('Pending', nextState);
      nextState = null;
      return;
    }
    const [program = '', ...words] = (container?.command ?? []).map(expanded);
    const env = Object.fromEntries(
      (container?.env ?? []).map((entry) => [entry.name, expanded(entry.value ?? '')]),
    );
    const child = spawn(program, words, {
      cwd: container?.workingDir,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    pods.set(name, { ...running, process: child });
    tell('Running', { running: {} });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.on('data', (chunk: Buffer) => {
        const parts = (rest + chunk.toString()).split('\n');
        rest = parts.pop() ?? '';
        for (const text of parts) addLine(running, text);
      });
    }
    child.on('close', (code, signal) => {
      const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
      tell(exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode } });
      for (const follower of running.followers) follower.end();
    });
  }

  function addLine({ lines, followers }: Running, text: string): void {
    lineNumber += 1;
    const at = new Date().toISOString().replace('Z', `${String(lineNumber).padStart(6, '0')}Z`);
    lines.push(`${at} ${text}\n`);
    for (const follower of followers) follower.write(lines.at(-1));
  }

  /** With its pods, once their processes have had their time to end. */
  async function deleteJob(name: string): Promise<void> {
    const job = jobs.get(name);
    if (job === undefined || job.metadata?.deletionTimestamp !== undefined) return;
    job.metadata = { ...job.metadata, deletionTimestamp: new Date() };
    const graceSeconds = job.spec?.template.spec?.terminationGracePeriodSeconds ?? 30;
    const running = pods.get(`${name}-pod`);
    const child = running?.process;
    if (
      child !== undefined &&
      child !== null &&
      child.exitCode === null &&
      child.pid !== undefined
    ) {
      const group = -child.pid;
      process.kill(group, 'SIGTERM');
      const late = setTimeout(() => process.kill(group, 'SIGKILL'), graceSeconds * 1_000);
      await once(child, 'close');
      clearTimeout(late);
    }
    for (const follower of running?.followers ?? []) follower.end();
    pods.delete(`${name}-pod`);
    jobs.delete(name);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://here');
    const [, resource = '', name, sub] =
      /^\/apis?(?:\/batch)?\/v1\/namespaces\/ml\/(jobs|pods)(?:\/([^/]+))?(?:\/(log))?$/.exec(
        url.pathname,
      ) ?? [];
    const line = `${request.method} ${sub ?? resource}`;
    requests.push(line);
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const refusal = refusals.findIndex((entry) => entry.line.test(line));
    if (refusal !== -1) {
      const [{ status, message } = { status: 500, message: '' }] = refusals.splice(refusal, 1);
      return send(response, status, { kind: 'Status', code: status, message });
    }
    const missing = { kind: 'Status', code: 404, message: `${resource} "${name}" not found` };
    const selector = new URLSearchParams(url.searchParams.get('labelSelector') ?? '');
    const chosen = <T extends V1Job | V1Pod>(items: readonly T[]): readonly T[] =>
      items.filter(({ metadata }) =>
        [...selector].every(([label, value]) => metadata?.labels?.[label] === value),
      );
    if (line === 'POST jobs') {
      const job = JSON.parse(Buffer.concat(body).toString()) as V1Job;
      if (jobs.has(job.metadata?.name ?? '')) {
        return send(response, 409, { ...missing, code: 409, message: 'it exists' });
      }
      jobs.set(job.metadata?.name ?? '', job);
      startPod(job);
      return send(response, 201, job);
    }
    if (line === 'GET jobs' && name === undefined) {
      return send(response, 200, { kind: 'JobList', items: chosen([...jobs.values()]) });
    }
    if (line === 'GET jobs') {
      const job = jobs.get(name ?? '');
      return send(response, job === undefined ? 404 : 200, job ?? missing);
    }
    if (line === 'DELETE jobs') {
      if (!jobs.has(name ?? '')) return send(response, 404, missing);
      void deleteJob(name ?? '');
      return send(response, 200, { kind: 'Status', status: 'Success' });
    }
    if (line === 'GET pods') {
      const items = chosen([...pods.values()].map(({ pod }) => pod));
      return send(response, 200, { kind: 'PodList', items });
    }
    if (line === 'GET log') return sendLog(response, pods.get(name ?? ''), url);
    send(response, 404, missing);
  }

  function sendLog(response: ServerResponse, running: Running | undefined, url: URL): void {
    if (running === undefined) {
      send(response, 404, { message: 'no such pod' });
      return;
    }
    const since = url.searchParams.get('sinceTime');
    const second = since === null ? '' : new Date(since).toISOString().slice(0, 19);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.flushHeaders();
    for (const line of running.lines) if (line.slice(0, 19) >= second) response.write(line);
    if (running.pod.status?.phase !== 'Running') response.end();
    else running.followers.add(response);
    response.on('close', () => running.followers.delete(response));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      send(response, 500, { kind: 'Status', code: 500, message: error.message });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    jobs,
    requests,
    refuseNext: (line, status, message) => void refusals.push({ line, status, message }),
    stateOfNextPod(state) {
      nextState = state;
    },
    breakLogs() {
      for (const { followers } of pods.values()) {
        for (const follower of followers) follower.destroy();
      }
    },
    async writeConfig(file) {
      await writeFile(
        file,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'here',
          clusters: [{ name: 'here', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
          users: [{ name: 'worker', user: { token: 'token-of-the-worker' } }],
          contexts: [
            { name: 'here', context: { cluster: 'here', user: 'worker', namespace: 'ml' } },
          ],
        }),
      );
    },
    async close() {
      await Promise.all([...jobs.keys()].map(deleteJob));
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As the kubelet reads a manifest: two dollars are one. */
function expanded(text: string): string {
  return text.replaceAll('$$', '$');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

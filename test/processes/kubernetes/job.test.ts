import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type KubernetesContainer, MEDIA_TYPE } from '../../../contracts/index.js';
import { officialClusters } from '../../../processes/kubernetes/official-cluster.js';
import type { StepProgress } from '../../../processes/ports.js';
import { livingMembers } from '../../../processes/process-identity.js';
import { groupLives } from '../../support/group-lives.js';
import {
  type KubernetesServer,
  startKubernetesServer,
} from '../../support/stand-ins/kubernetes-server.js';
import { eventually, RUN_ID, script, stepBench, textOf } from '../step-bench.js';

const bench = stepBench(() => ({ openCluster: officialClusters(20) }));
let server: KubernetesServer;

beforeEach(async () => {
  server = await startKubernetesServer();
  const config = join(bench().base, 'kubeconfig');
  await server.writeConfig(config);
  vi.stubEnv('KUBECONFIG', config);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** The volume is the directory that holds both the state and the pipeline. */
function container(more: Partial<KubernetesContainer> = {}): KubernetesContainer {
  const mountPath = join(bench().home.root, '..');
  const image = 'registry.test/tools:1';
  return { kind: 'kubernetes', image, volumeClaim: 'state', mountPath, ...more };
}

describe('a step as a Job', () => {
  it('speaks the contract: inputs, outputs, metrics, progress and log', async () => {
    const { run, base, artifacts, log } = bench();
    await writeFile(join(base, 'given.txt'), 'six times seven');
    const text = await artifacts.putFile(join(base, 'given.txt'), MEDIA_TYPE.bytes);
    await script(
      bench(),
      'steps/answer.py',
      `
from millrace_step import step
with step:
    step.progress(0.5, loss=2.0)
    print("reads", step.artifact_path("text").read_text())
    step.output_path("answer.txt").write_text("42")
    step.set_value("costs", "$HOME and $(MILLRACE_STEP)")
    step.set_metric("loss", 0.25)
`,
    );
    const progress: StepProgress[] = [];
    const result = await run(['python3', 'steps/answer.py'], {
      container: container(),
      artifacts: { text },
      onProgress: (told) => progress.push(told),
    });
    expect(result).toMatchObject({
      values: { costs: '$HOME and $(MILLRACE_STEP)' },
      metrics: { loss: 0.25 },
      artifacts: { answer: { bytes: 2 } },
    });
    expect(progress).toEqual([{ progress: 0.5, metrics: { loss: 2 } }]);
    expect(await log()).toBe('reads six times seven\n');
    await eventually(async () => server.jobs.size === 0);
  });

  it('keeps shell text as it is, dollars and all, and every line of a log that breaks', async () => {
    const { shell, base, log } = bench();
    const running = shell(
      `one=1; echo "first $one $$" | sed 's/[0-9]*$/pid/'
       while [ ! -e "$MILLRACE_BASE_DIRECTORY/go" ]; do sleep 0.02; done
       echo second; echo '{"values": {"name": "'$(basename "$MILLRACE_BASE_DIRECTORY")'"}}' > outputs.json`,
      { container: container() },
    );
    await eventually(async () => (await log().catch(() => '')) === 'first 1 pid\n');
    server.breakLogs();
    await writeFile(join(base, 'go'), '');
    expect((await running).values).toEqual({ name: 'base' });
    expect(await log()).toBe('first 1 pid\nsecond\n');
    expect(server.requests.filter((line) => line === 'GET log').length).toBeGreaterThan(1);
  });

  it('is asked for with what the step needs, and no more than it may see', async () => {
    const { shell, home, base } = bench();
    const jobs: unknown[] = [];
    const seen = vi.spyOn(server.jobs as Map<string, unknown>, 'set');
    seen.mockImplementation((name, job) => {
      jobs.push(job);
      return Map.prototype.set.call(server.jobs, name, job) as Map<string, unknown>;
    });
    await shell('echo {} > outputs.json', {
      stepId: 'train[3]',
      container: container({ user: '1000:1000', nodeSelector: { pool: 'gpu' }, pull: 'always' }),
      resources: { cpu: 0.5, memoryBytes: 2 ** 30, gpu: 1 },
      timeoutMs: 60_000,
    });
    const bounds = { cpu: '0.5', memory: '1073741824', 'nvidia.com/gpu': '1' };
    const work = join(home.workDir, RUN_ID, 'train%5B3%5D', '1');
    expect(jobs).toMatchObject([
      {
        metadata: { name: expect.stringMatching(/^millrace-train-3-[0-9a-f]{20}-1$/) },
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 120,
          template: {
            spec: {
              restartPolicy: 'Never',
              shareProcessNamespace: true,
              automountServiceAccountToken: false,
              terminationGracePeriodSeconds: 5,
              nodeSelector: { pool: 'gpu' },
              securityContext: { runAsUser: 1000, runAsGroup: 1000 },
              containers: [
                {
                  imagePullPolicy: 'Always',
                  resources: { requests: bounds, limits: bounds },
                  volumeMounts: [
                    { name: 'state', mountPath: base, subPath: 'base', readOnly: true },
                    { name: 'state', mountPath: work },
                  ],
                },
              ],
              volumes: [{ name: 'state', persistentVolumeClaim: { claimName: 'state' } }],
            },
          },
        },
      },
    ]);
  });
});

describe('what goes wrong with a Job', () => {
  it.each([
    ['exit 65', 'InvalidInput', /step s refused its input: what was wrong/],
    ['exit 3', 'StepProcessFailed', /step s ended with exit code 3: what was wrong/],
  ])('%s is %s', async (end, type, message) => {
    const running = bench().shell(`echo what was wrong >&2; ${end}`, { container: container() });
    await expect(running).rejects.toMatchObject({ type, message: expect.stringMatching(message) });
  });

  it.each([
    [/POST jobs/, 403, 'EnvironmentMissing', 'may not create jobs'],
    [/POST jobs/, 422, 'InvalidInput', 'spec.template is wrong'],
    [/GET jobs/, 503, 'ServiceUnavailable', 'starting'],
  ])('%s answered with %d is %s', async (line, status, type, message) => {
    server.refuseNext(line, status, message);
    const running = bench().shell('exit 0', { container: container() });
    await expect(running).rejects.toMatchObject({
      type,
      message: expect.stringContaining(message),
    });
    expect(server.jobs.size).toBe(0);
  });

  it.each([
    ['ErrImagePull', 'manifest unknown', 'InvalidInput'],
    ['ImagePullBackOff', 'Back-off pulling image', 'ServiceUnavailable'],
    ['InvalidImageName', 'cannot be parsed', 'InvalidInput'],
  ])('an image that cannot be had, %s, is not waited for', async (reason, message, type) => {
    server.stateOfNextPod({ waiting: { reason, message } });
    const running = bench().shell('exit 0', { container: container() });
    await expect(running).rejects.toMatchObject({
      type,
      message: expect.stringContaining(message),
    });
    expect(server.jobs.size).toBe(0);
  });

  it('memory that was not enough is said to be that', async () => {
    server.stateOfNextPod({ terminated: { exitCode: 137, reason: 'OOMKilled' } });
    await expect(bench().shell('exit 0', { container: container() })).rejects.toMatchObject({
      type: 'StepProcessFailed',
      message: 'step s: it took more memory than its container has',
    });
  });

  it('a server that does not answer for a moment is asked again', async () => {
    server.refuseNext(/GET pods/, 503, 'starting');
    server.refuseNext(/GET pods/, 500, 'starting');
    const { values } = await bench().shell(`echo '{"values": {"ran": true}}' > outputs.json`, {
      container: container(),
    });
    expect(values).toEqual({ ran: true });
  });

  it('a Job that somebody else deletes is lost', async () => {
    const { shell, base } = bench();
    const running = shell('touch "$MILLRACE_BASE_DIRECTORY/began"; sleep 1000', {
      container: container(),
      killAfterMs: 1_000,
    });
    running.catch(() => undefined);
    await textOf(join(base, 'began'));
    const [name] = server.jobs.keys();
    await fetch(`${server.url}/apis/batch/v1/namespaces/ml/jobs/${name}`, { method: 'DELETE' });
    await expect(running).rejects.toMatchObject({ type: 'StepProcessFailed' });
  });

  it('a state or code that the volume does not hold is refused', async () => {
    const { run, home, base } = bench();
    const elsewhere = container({ mountPath: '/mnt/volume' });
    await expect(run(['true'], { container: elsewhere })).rejects.toMatchObject({
      type: 'EnvironmentMissing',
      message: `the state directory ${home.root} is not on the volume of state, which is mounted at /mnt/volume`,
    });
    await script(bench(), 'train.sh', 'exit 0');
    const stateOnly = container({ mountPath: home.root });
    await expect(run(['./train.sh'], { container: stateOnly })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`${base}/train.sh is not on the volume`),
    });
    expect(server.requests).not.toContain('POST jobs');
  });

  it.each([
    ['no context elsewhere', { context: 'elsewhere' }],
    ['the kubeconfig cannot be read', {}],
  ])('a cluster that is not known is told: %s', async (message, more) => {
    if (message.includes('read')) vi.stubEnv('KUBECONFIG', '/nowhere/config');
    await expect(bench().shell('exit 0', { container: container(more) })).rejects.toMatchObject({
      type: 'EnvironmentMissing',
      message: expect.stringContaining(message),
    });
  });
});

/** Tells its group and waits. */
const WAITING = `trap '' HUP
echo $$ > group.new; mv group.new group
sleep 1000 & wait; sleep 1000`;

describe('the end of a Job', () => {
  it('leaves neither Job nor process when the step is cancelled', async () => {
    const { shell, home } = bench();
    const controller = new AbortController();
    const running = shell(WAITING, {
      container: container(),
      signal: controller.signal,
      killAfterMs: 1_000,
    });
    running.catch(() => undefined);
    const group = Number(await textOf(join(home.workDir, RUN_ID, 's', '1', 'group')));
    expect((await livingMembers(group)).length).toBeGreaterThan(0);
    controller.abort(new Error('the run was cancelled'));
    await expect(running).rejects.toThrow('the run was cancelled');
    expect(await livingMembers(group)).toEqual([]);
    expect(server.jobs.size).toBe(0);
  });

  it('comes to an earlier attempt before the next one begins', async () => {
    const { shell, home } = bench();
    // Its worker hangs: nobody aborts it.
    const first = shell(WAITING, { container: container(), killAfterMs: 1_000 }).catch(
      (error: Error) => error,
    );
    const group = Number(await textOf(join(home.workDir, RUN_ID, 's', '1', 'group')));
    const { values } = await shell(
      `${groupLives(group)} && beside=true || beside=false
       echo "{\\"values\\": {\\"beside\\": $beside}}" > outputs.json`,
      { container: container(), attempt: 2 },
    );
    expect(values).toEqual({ beside: false });
    expect(await first).toMatchObject({ type: 'StepProcessFailed' });
  });

  it('comes by the next worker, where nothing else has deleted it', async () => {
    const { runner, home } = bench();
    const records = join(home.runtimeDir, 'containers');
    await mkdir(records, { recursive: true });
    const name = 'millrace-s-00000000000000000000-1';
    (server.jobs as Map<string, object>).set(name, { metadata: { name } });
    const record = { name, runId: RUN_ID, stepId: 's', attempt: 1, container: container() };
    const worker = { pid: 1, identity: 'gone' };
    await writeFile(join(records, `${name}.json`), JSON.stringify({ ...record, worker }));
    await runner.sweep();
    await eventually(async () => server.jobs.size === 0);
  });
});

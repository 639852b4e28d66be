import { expect, it } from 'vitest';
import { attemptOfName, containerName } from '../../../processes/containers/container-name.js';
import { createArguments } from '../../../processes/containers/create-arguments.js';
import { engineKind } from '../../../processes/containers/engine.js';

const WORK = '/srv/a, b/.millrace/work/1';
const MOUNTS = [
  { path: '/srv/a, b', source: '/srv/a, b', access: 'read' },
  { path: '/srv/a, b/.millrace', source: `${WORK}/mask`, access: 'read' },
  { path: WORK, source: WORK, access: 'write' },
] as const;

it('says all that the step asks for, in the words of docker', () => {
  const { args, env } = createArguments({
    name: 'millrace-train',
    labels: { 'millrace.step': 'train' },
    container: { kind: 'docker', image: 'tools:1', network: 'none', sharedMemoryBytes: 1_024 },
    contained: { argv: ['python', 'x.py'], env: { TOKEN: 'secret', PATH: '/bin' }, mounts: MOUNTS },
    workingDirectory: '/srv/a, b/.millrace/work/1',
    resources: { cpu: 0.5, memoryBytes: 2 ** 20, gpu: 2 },
    gpus: ['0', '3'],
    engine: { options: ['--userns', 'keep-id'], user: '1000:1000' },
  });
  expect(args).toEqual([
    'create',
    ...['--name', 'millrace-train', '--label', 'millrace.step=train'],
    ...['--pull', 'never', '--log-driver', 'none', '--init', '--userns', 'keep-id'],
    ...['--user', '1000:1000', '--network', 'none', '--cpus', '0.5'],
    ...['--memory', '1048576', '--memory-swap', '1048576', '--gpus', '"device=0,3"'],
    ...['--shm-size', '1024', '--workdir', '/srv/a, b/.millrace/work/1'],
    ...['--mount', 'type=bind,"source=/srv/a, b","target=/srv/a, b",readonly'],
    ...['--mount', `type=bind,"source=${WORK}/mask","target=/srv/a, b/.millrace",readonly`],
    ...['--mount', `type=bind,"source=${WORK}","target=${WORK}"`],
    // No list of processes shows the value.
    ...['--env', 'TOKEN', '--env', 'PATH=/bin'],
    ...['--entrypoint', 'python', 'tools:1', 'x.py'],
  ]);
  expect(env).toEqual({ TOKEN: 'secret' });
});

it('names a container after its attempt, in what every engine and cluster takes', () => {
  const attempt = { runId: '0189', stepId: 'Train_the-model[depth=8, rate=0.1]', attempt: 12 };
  const name = containerName('/srv/.millrace', attempt);
  expect(name).toMatch(/^millrace-train-the-model-depth-8-[0-9a-f]{20}-12$/);
  expect(name.length).toBeLessThanOrEqual(63);
  expect(attemptOfName(name)).toBe(12);
  expect(attemptOfName('millrace-other')).toBeNull();
  expect(containerName('/home/.millrace', attempt)).not.toBe(name);
});

it.each([
  ['{"SecurityOptions": ["name=seccomp,profile=builtin"]}', 'rootful'],
  ['{"SecurityOptions": ["name=seccomp", "name=rootless"]}', 'rootless'],
  ['{"host": {"security": {"rootless": true}}}', 'rootless-podman'],
  ['{"host": {"security": {"rootless": false}}}', 'rootful'],
  ['something else', 'rootful'],
])('an engine that tells %s is %s', (info, kind) => {
  expect(engineKind(info)).toBe(kind);
});

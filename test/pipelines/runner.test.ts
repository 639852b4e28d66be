import { describe, expect, test } from 'vitest';
import { walkPlan } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/index.js';

/** The runner stands on line 4. */
function compile(runner: string, step = 'run: [python, train.py]') {
  const text = `apiVersion: millrace/v1\nname: demo\nsteps: {train: {${step},\n  ${runner}}}\n`;
  return compilePipeline(text, { file: 'demo.yaml', baseDirectory: '/' });
}

function planned(runner: string) {
  const compiled = compile(runner);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.plan.steps[0]?.runner;
}

function refused(runner: string, step?: string): readonly string[] {
  const compiled = compile(runner, step);
  if (compiled.ok) return [];
  return compiled.errors.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message} → ${hint ?? ''}`,
  );
}

describe('the runner of a step', () => {
  test('is in the plan, sizes in bytes', () => {
    expect(
      planned(
        'runner: {docker: {image: "python:3.12-slim", pull: always, network: none, user: "1000:1000", sharedMemory: 1GiB, init: false, fd3: false}}',
      ),
    ).toEqual({
      kind: 'docker',
      image: 'python:3.12-slim',
      pull: 'always',
      network: 'none',
      user: '1000:1000',
      sharedMemoryBytes: 2 ** 30,
      init: false,
      fd3: false,
    });
    expect(
      planned(
        'runner: {kubernetes: {image: train, volumeClaim: state, mountPath: /mnt/state, namespace: ml, nodeSelector: {pool: gpu}, pullSecrets: [registry]}}',
      ),
    ).toEqual({
      kind: 'kubernetes',
      image: 'train',
      volumeClaim: 'state',
      mountPath: '/mnt/state',
      namespace: 'ml',
      nodeSelector: { pool: 'gpu' },
      pullSecrets: ['registry'],
    });
  });

  test('has an image that may be put together', () => {
    const text =
      'apiVersion: millrace/v1\nname: demo\nparams: {tag: {type: string, default: "3.12"}}\nsteps:\n  train: {run: [python, x.py], runner: {docker: {image: "python:${params.tag}"}}}\n';
    const compiled = compilePipeline(text, { file: 'demo.yaml', baseDirectory: '/' });
    expect(compiled.ok && compiled.plan.steps[0]?.runner?.image).toEqual({
      $concat: ['python:', { $expr: 'params.tag' }],
    });
  });

  test.each([
    ['runner: {docker: {}}', '4:12 image is missing → add it: image: …'],
    [
      'runner: {}',
      '4:3 the runner says neither docker nor kubernetes → runner: {docker: {image: "python:3.12-slim"}}',
    ],
    ['runner: {dokcer: {image: a}}', '4:12 unknown key dokcer → did you mean docker?'],
    ['runner: {docker: {imgae: a}}', '4:21 unknown key imgae → did you mean image?'],
    [
      'runner: {docker: {image: a}, kubernetes: {image: a, volumeClaim: c, mountPath: /m}}',
      '4:32 a step runs in docker or in kubernetes, never in both → keep one of them',
    ],
    [
      'runner: {docker: {image: "--privileged"}}',
      '4:28 not an image → name:tag, or name@sha256:…, with its registry before it: python:3.12-slim',
    ],
    ['runner: {docker: {image: "${params.tag}"}}', '4:31 '],
    [
      'runner: {docker: {image: a, pull: mising}}',
      '4:37 unknown pull policy the text "mising" → did you mean missing?',
    ],
    ['runner: {docker: {image: a, user: me}}', '4:37 expected the numbers of a user and a group'],
    [
      'runner: {docker: {image: a, memory: 1GiB}}',
      '4:31 unknown key memory → write resources: {memory: 4GiB} beside runner:',
    ],
    ['runner: {kubernetes: {image: a, mountPath: /m}}', '4:12 volumeClaim is missing'],
    [
      'runner: {kubernetes: {image: a, volumeClaim: c, mountPath: state}}',
      '4:62 not an absolute path',
    ],
    [
      'runner: {kubernetes: {image: a, volumeClaim: c, mountPath: /a/../b}}',
      '4:62 not an absolute path',
    ],
    [
      'runner: {kubernetes: {image: a, volumeClaim: My Claim, mountPath: /m}}',
      '4:48 not the name of a volume claim',
    ],
    ['runner: docker', '4:11 expected a mapping, found the text "docker"'],
    [
      'container: {image: a}',
      '4:3 unknown key container → write it as runner: {docker: {image: …}}',
    ],
  ])('%s is refused where it is wrong', (runner, message) => {
    const errors = refused(runner);
    expect(errors.join('\n')).toContain(message);
    expect(errors.length).toBeLessThanOrEqual(2);
  });

  test('belongs to a run: step alone', () => {
    expect(refused('runner: {docker: {image: a}}', 'uses: noop')).toEqual([
      '4:3 runner: belongs to a run: step, this one is noop → remove it; queue: chooses which workers do the step',
    ]);
  });
});

describe('whether the result of a step in a container is found again', () => {
  async function keyOf(image: string, digest: string | null) {
    const compiled = compile(`runner: {docker: {image: "${image}"}}`, 'run: [echo, hello]');
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
    const [status] = await walkPlan(compiled.plan, {
      params: {},
      baseDirectory: '/',
      environment: { numpy: '2.0' },
      lookup: async () => null,
      latest: async () => null,
      artifactDefect: async () => null,
      championVersion: async () => null,
      imageDigest: async () => digest,
    });
    return status;
  }

  test('rests on what its image is by now, whatever the tag', async () => {
    const before = await keyOf('tools:1', `sha256:${'a'.repeat(64)}`);
    const after = await keyOf('tools:1', `sha256:${'b'.repeat(64)}`);
    expect(before?.key).not.toBe(after?.key);
    expect(before?.parts).toMatchObject({
      image: 'tools:1',
      'image.digest': `sha256:${'a'.repeat(64)}`,
    });
    expect(Object.keys(before?.parts ?? {})).not.toContain('environment.numpy');
  });

  test('cannot be told where the image is not', async () => {
    expect(await keyOf('tools:1', null)).toMatchObject({
      status: 'unknown',
      reason: 'what the image tools:1 is cannot be told here',
    });
  });

  test('of an image by its digest nothing more needs to be known', async () => {
    const pinned = `tools@sha256:${'c'.repeat(64)}`;
    expect(await keyOf(pinned, null)).toMatchObject({ status: 'miss', parts: { image: pinned } });
  });
});

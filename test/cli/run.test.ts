import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { document, type Ended, millrace } from './millrace.js';

/**
 * `run` against the real stack: it starts Temporal, worker and gateway in the background, as it
 * does for a user, and `down` ends them.
 */

const OUTPUTS = `echo '{"values":{"rows":3},"artifacts":{},"metrics":{"share":0.5}}' > outputs.json`;
const GOOD = `apiVersion: millrace/v1
name: good
params: {n: {type: integer, default: 1}}
steps:
  first: {uses: noop, with: {x: "\${params.n}"}}
  second:
    run: [sh, -c, ${JSON.stringify(`echo counted; ${OUTPUTS}`)}]
    with: {x: "\${steps.first.x}"}
  third: {uses: noop, if: params.n > 5, with: {rows: "\${steps.second.rows}"}}
`;
const BAD = `apiVersion: millrace/v1
name: bad
steps:
  read:
    run: [sh, -c, "echo looking; echo 'no column price' >&2; exit 65"]
  after: {uses: noop, needs: [read], with: {}}
`;
const SLOW = `apiVersion: millrace/v1
name: slow
params: {seconds: {type: integer, default: 600}}
steps:
  wait:
    run: [sh, -c, "echo waiting; sleep $0", "\${params.seconds}"]
`;

interface Run {
  readonly runId: string;
  readonly workflowId: string;
  readonly status: string;
  readonly planHash: string;
  readonly steps: Readonly<
    Record<
      string,
      {
        readonly status: string;
        readonly cached: boolean;
        readonly attempts: number;
        readonly durationMs: number | null;
        readonly outputs: Readonly<Record<string, unknown>>;
        readonly metrics: Readonly<Record<string, number>>;
      }
    >
  >;
}

let cwd: string;
const call = (...args: string[]): Promise<Ended> => millrace(args, { cwd });

beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-run-')));
  for (const [name, text] of Object.entries({ good: GOOD, bad: BAD, slow: SLOW })) {
    await writeFile(join(cwd, `${name}.yaml`), text);
  }
  // Starts the stack, which takes a moment on a cold machine, and leaves nothing to find by content.
  const first = await call('run', 'good.yaml', '--param', 'n=0');
  if (first.code !== 0) throw new Error(`the stack does not run:\n${first.stderr}`);
  expect(first.stderr).toContain('in the background');
});
afterAll(async () => {
  await call('down');
  await rm(cwd, { recursive: true, force: true });
});

describe('a run that completes', () => {
  test('is one document in the settled shape, with progress on stderr', async () => {
    const ended = await call('run', 'good.yaml', '--param', 'n=2', '--json');
    expect(ended.code).toBe(0);
    const run = document<Run>(ended);
    expect(run).toMatchObject({
      status: 'completed',
      workflowId: `pipeline/good/${run.runId}`,
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Object.keys(run.steps)).toEqual(['first', 'second', 'third']);
    expect(run.steps['second']).toMatchObject({
      status: 'completed',
      cached: false,
      attempts: 1,
      durationMs: expect.any(Number),
      outputs: { rows: 3 },
      metrics: { share: 0.5 },
    });
    expect(run.steps['third']).toMatchObject({ status: 'skipped' });
    expect(ended.stderr).toContain('✓ completed second');
    expect(await call('show', run.runId, '--json')).toMatchObject({
      stdout: expect.stringContaining('"status": "completed"'),
    });
    expect((await call('logs', run.runId, 'second')).stdout).toContain('counted');
  });

  test('a second time takes from the cache what did not change, and `plan` says so', async () => {
    await call('run', 'good.yaml', '--param', 'n=3');
    const planned = document<{ steps: { id: string; cache: { status: string } }[] }>(
      await call('plan', 'good.yaml', '--param', 'n=3', '--json'),
    );
    expect(planned.steps[1]).toMatchObject({ id: 'second', cache: { status: 'hit' } });
    const again = document<Run>(await call('run', 'good.yaml', '--param', 'n=3', '--json'));
    expect(again.steps['second']).toMatchObject({ cached: true, outputs: { rows: 3 } });
  });
});

test('a run that fails for bad input is 65, with type, message and the last lines of the log', async () => {
  const ended = await call('run', 'bad.yaml');
  expect(ended.code).toBe(65);
  for (const text of ['InvalidInput', 'no column price', 'looking', 'millrace logs']) {
    expect(ended.stdout).toContain(text);
  }
  const run = document<Run>(await call('show', 'latest', '--json'));
  expect(run.status).toBe('failed');
  expect(run.steps['read']).toMatchObject({ status: 'failed', attempts: 1 });
  expect(run.steps['after']).toMatchObject({ status: 'skipped' });
});

test('Ctrl-C stops watching and not the run; `cancel` ends it', async () => {
  const ended = await millrace(['run', 'slow.yaml', '--json'], {
    cwd,
    once: { text: 'running wait', act: (pid) => process.kill(pid, 'SIGINT') },
  });
  expect(ended.code).toBe(130);
  const { runId, status } = document<Run>(ended);
  expect(status).toBe('running');
  expect(document<Run>(await call('show', runId, '--json')).status).toBe('running');

  const cancelled = await call('cancel', runId, '--json');
  expect(cancelled.code).toBe(0);
  expect(document(cancelled)).toMatchObject({ runId, status: 'cancelled' });
  const shown = document<Run>(await call('show', runId, '--json'));
  expect(shown.status).toBe('cancelled');
  expect(shown.steps['wait']).toMatchObject({ status: 'cancelled' });
});

test('--detach returns at once; `logs --follow` ends with the run', async () => {
  const started = await call('run', 'slow.yaml', '--detach', '--param', 'seconds=1', '--json');
  expect(started.code).toBe(0);
  const { runId } = document<Run>(started);
  const followed = await call('logs', runId, '--follow');
  expect(followed).toMatchObject({ code: 0, stdout: expect.stringContaining('wait | waiting') });
});

test('a run keeps its plan whatever happens to the file', async () => {
  const before = await readFile(join(cwd, 'good.yaml'), 'utf8');
  const run = document<Run>(await call('run', 'good.yaml', '--json'));
  await writeFile(join(cwd, 'good.yaml'), 'broken: {');
  try {
    const shown = document<Run>(await call('show', run.runId, '--json'));
    expect(Object.keys(shown.steps)).toEqual(['first', 'second', 'third']);
  } finally {
    await writeFile(join(cwd, 'good.yaml'), before);
  }
});

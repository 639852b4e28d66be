import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../../contracts/index.js';
import type { StepProgress } from '../../../processes/ports.js';
import { livingMembers } from '../../../processes/process-identity.js';
import { createProcessRunner } from '../../../processes/process-runner.js';
import { groupLives } from '../../support/group-lives.js';
import { eventually, RUN_ID, script, textOf } from '../step-bench.js';
import { CONTAINER, dockerBench, IMAGE, isIsolated } from './docker-bench.js';

const bench = dockerBench();

describe('a step in a container', () => {
  it('speaks the contract: inputs, outputs, metrics, progress and log', async () => {
    const { run, base, home, artifacts, log, containers } = await bench();
    const given = join(base, 'given.txt');
    await writeFile(given, 'six times seven');
    const text = await artifacts.putFile(given, MEDIA_TYPE.bytes);
    await script(
      await bench(),
      'steps/answer.py',
      `
from pathlib import Path
from millrace_step import step
with step:
    step.progress(0.5, step=1, loss=2.0)
    print("reads", step.artifact_path("text").read_text(), flush=True)
    step.output_path("answer.txt").write_text(str(step.values["six"] * 7))
    Path("relative.txt").write_text("beside")
    step.set_value("product", step.values["six"] * 7)
    step.set_metric("loss", 0.25)
`,
    );
    const progress: StepProgress[] = [];
    const result = await run(['python3', 'steps/answer.py'], {
      container: CONTAINER,
      values: { six: 6 },
      artifacts: { text },
      onProgress: (told) => progress.push(told),
    });
    expect(result).toMatchObject({ values: { product: 42 }, metrics: { loss: 0.25 } });
    const { answer } = result.artifacts;
    expect(answer).toMatchObject({ mediaType: 'text/plain', bytes: 2 });
    expect(progress).toEqual([{ progress: 0.5, step: 1, metrics: { loss: 2 } }]);
    expect(await log()).toBe(`[millrace] fetching the image ${IMAGE}\nreads six times seven\n`);
    expect(await containers()).toEqual([]);
    expect(home.root).not.toBe(base);
  });

  it('has descriptor 3, the variables of the contract, and nothing of the worker', async () => {
    const { shell, base } = await bench();
    const progress: StepProgress[] = [];
    const { values } = await shell(
      `echo '{"progress": 1}' >&3
       printf '{"values": {"run": "%s", "step": "%s", "attempt": %s, "base": "%s", "own": "%s", "secret": "%s", "threads": "%s"}}' \
         "$MILLRACE_RUN_ID" "$MILLRACE_STEP" "$MILLRACE_ATTEMPT" "$MILLRACE_BASE_DIRECTORY" \
         "$OWN" "$A_SECRET_OF_THE_WORKER" "$OMP_NUM_THREADS" > "$MILLRACE_OUTPUTS_JSON"`,
      {
        container: CONTAINER,
        env: { OWN: 'a line\\nand $one more' },
        resources: { cpu: 1 },
        onProgress: (told) => progress.push(told),
      },
    );
    expect(values).toEqual({
      run: RUN_ID,
      step: 's',
      attempt: 1,
      base,
      own: 'a line\nand $one more',
      secret: '',
      threads: '1',
    });
    expect(progress).toEqual([{ progress: 1, metrics: {} }]);
  });

  it('writes nothing but its own directory, and sees nothing else of the state', async (context) => {
    const { home, artifacts } = await bench();
    const base = join(home.root, '..');
    await writeFile(join(base, 'given'), 'given');
    const given = await artifacts.putFile(join(base, 'given'), MEDIA_TYPE.bytes);
    const { values } = await (await bench()).shell(
      `touch "$MILLRACE_BASE_DIRECTORY/made" 2>/dev/null && code=true || code=false
       input=$(sed -n 's/.*"path": "\\(.*\\)".*/\\1/p' inputs.json)
       echo more 2>/dev/null >> "$input" && data=true || data=false
       seen=$(ls "$MILLRACE_BASE_DIRECTORY/.millrace" | tr '\\n' ' ')
       printf '{"values": {"code": %s, "data": %s, "read": "%s", "seen": "%s"}}' $code $data "$(cat "$input")" "$seen" > outputs.json`,
      { container: CONTAINER, baseDirectory: base, artifacts: { given } },
    );
    if (!isIsolated(await bench())) context.skip('this system lets nobody mount');
    expect(values).toEqual({ code: false, data: false, read: 'given', seen: 'artifacts work ' });
  });

  it('without a shell in its image starts the command directly', async () => {
    const { run } = await bench();
    const container = { ...CONTAINER, image: 'registry.test/bare:1', fd3: false as const };
    const progress: StepProgress[] = [];
    const { values } = await run(
      [
        'python3',
        '-c',
        'from millrace_step import step\nwith step:\n  step.progress(0.5)\n  step.set_value("ran", True)',
      ],
      { container, onProgress: (told) => progress.push(told) },
    );
    expect(values).toEqual({ ran: true });
    expect(progress).toEqual([{ progress: 0.5, metrics: {} }]);
  });
});

describe('what goes wrong with a container', () => {
  it.each([
    ['exit 65', 'InvalidInput', /refused its input: what was wrong/],
    ['exit 3', 'StepProcessFailed', /ended with exit code 3: what was wrong/],
    ['kill -9 $$', 'StepProcessFailed', /ended with exit code 137/],
    ['exit 0', 'StepContractBroken', /wrote no outputs.json/],
  ])('%s is %s', async (end, type, message) => {
    const { shell, containers } = await bench();
    await expect(
      shell(`echo what was wrong >&2; ${end}`, { container: CONTAINER }),
    ).rejects.toMatchObject({ type, message: expect.stringMatching(message) });
    expect(await containers()).toEqual([]);
  });

  it.each([
    [['frobnicate'], CONTAINER, 'InvalidInput', /has no command "frobnicate"/],
    [['./gone.sh'], CONTAINER, 'InvalidInput', /there is no program at/],
    [['true'], { image: 'registry.test/unknown:1' }, 'InvalidInput', /manifest unknown/],
    [['true'], { image: '--privileged' }, 'InvalidInput', /is not an image/],
    [['true'], { pull: 'never' }, 'EnvironmentMissing', /is not on this worker/],
    [['true'], { image: 'registry.test/bare:1' }, 'InvalidInput', /does not start/],
  ] as const)('%j is told', async (argv, container, type, message) => {
    const { run } = await bench();
    await expect(run(argv, { container: { ...CONTAINER, ...container } })).rejects.toMatchObject({
      type,
      message: expect.stringMatching(message),
    });
  });

  it('no command line is a failure that another attempt cannot mend', async () => {
    const { home, artifacts, base } = await bench();
    for (const env of [{ PATH: '/nowhere' }, { PATH: '/usr/bin', MILLRACE_DOCKER: 'dokker' }]) {
      const logger = pino({ level: 'silent' });
      const runner = createProcessRunner({ home, artifacts, logger, env });
      const running = runner.run({
        runId: RUN_ID,
        stepId: 's',
        attempt: 1,
        argv: ['true'],
        shell: false,
        baseDirectory: base,
        values: {},
        artifacts: {},
        env: {},
        container: CONTAINER,
        signal: new AbortController().signal,
        killAfterMs: 5_000,
        onProgress: () => undefined,
      });
      await expect(running).rejects.toMatchObject({
        type: 'EnvironmentMissing',
        message: expect.stringMatching(/runs in a container, and this worker has/),
        hint: expect.stringMatching(/MILLRACE_DOCKER/),
      });
      await runner.close();
    }
  });

  it('an engine that does not answer may answer later', async () => {
    const { run, engine } = await bench();
    await writeFile(join(engine, 'down'), '');
    await expect(run(['true'], { container: CONTAINER })).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: expect.stringMatching(/does not answer: Cannot connect/),
    });
  });
});

/** Tells the group that its container is, and waits with a child of its own. `$1` runs first. */
const WAITING = (first: string) => `
${first}
sleep 1000 &
ps -o pgid= -p $$ | tr -d ' ' > group.new; mv group.new group
wait; sleep 1000`;

describe('the end of a container', () => {
  it.each([
    ['asks first', ':'],
    ['kills what does not listen', `trap '' TERM`],
  ])('%s, and leaves nothing when the step is cancelled', async (_, first) => {
    const { shell, home, containers } = await bench();
    const controller = new AbortController();
    const running = shell(WAITING(first), {
      container: CONTAINER,
      signal: controller.signal,
      killAfterMs: 1_000,
    });
    running.catch(() => undefined);
    const work = join(home.workDir, RUN_ID, 's', '1');
    const group = Number(await textOf(join(work, 'group')));
    expect((await livingMembers(group)).length).toBeGreaterThan(1);
    expect(await containers()).toEqual([expect.stringMatching(/^millrace-s-[0-9a-f]{20}-1$/)]);
    controller.abort(new Error('the run was cancelled'));
    await expect(running).rejects.toThrow('the run was cancelled');
    expect(await livingMembers(group)).toEqual([]);
    expect(await containers()).toEqual([]);
  });

  it('comes to an earlier attempt before the next one begins, which the earlier one learns', async () => {
    const { shell, home, containers } = await bench();
    // Its worker hangs: nobody aborts it.
    const first = shell(WAITING(`trap '' TERM`), { container: CONTAINER }).catch(
      (error: Error) => error,
    );
    const group = Number(await textOf(join(home.workDir, RUN_ID, 's', '1', 'group')));
    const { values } = await shell(
      `${groupLives(group)} && beside=true || beside=false
       echo "{\\"values\\": {\\"beside\\": $beside}}" > outputs.json`,
      { container: CONTAINER, attempt: 2 },
    );
    expect(values).toEqual({ beside: false });
    expect(await first).toMatchObject({ type: 'StepProcessFailed' });
    expect(await containers()).toEqual([]);
  });

  it('an attempt that comes after the next one has begun does not begin', async () => {
    const { shell, home } = await bench();
    const controller = new AbortController();
    const second = shell(WAITING(':'), {
      container: CONTAINER,
      attempt: 2,
      signal: controller.signal,
      killAfterMs: 100,
    }).catch((error: Error) => error);
    await textOf(join(home.workDir, RUN_ID, 's', '2', 'group'));
    await expect(shell('exit 0', { container: CONTAINER, attempt: 1 })).rejects.toThrow(
      'attempt 2 has begun, attempt 1 does not any more',
    );
    controller.abort(new Error('enough'));
    expect(await second).toMatchObject({ message: 'enough' });
  });

  it('comes by the next worker, where nothing else has removed it', async () => {
    const { shell, home, runner, containers } = await bench();
    const controller = new AbortController();
    const running = shell(WAITING(':'), { container: CONTAINER, signal: controller.signal }).catch(
      (error: Error) => error,
    );
    await textOf(join(home.workDir, RUN_ID, 's', '1', 'group'));
    // As if a worker before this one had made it.
    const records = join(home.runtimeDir, 'containers');
    const [name] = await containers();
    const file = join(records, `${name}.json`);
    const record = JSON.parse(await textOf(file)) as object;
    await writeFile(file, JSON.stringify({ ...record, worker: { pid: 1, identity: 'gone' } }));
    await runner.sweep();
    expect(await containers()).toEqual([]);
    expect(await running).toMatchObject({ type: 'StepProcessFailed' });
    await eventually(async () => (await containers()).length === 0);
  });
});

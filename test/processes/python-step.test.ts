import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PYTHON, script, stepBench } from './step-bench.js';

const bench = stepBench();
const found = spawnSync(PYTHON, ['--version']).status === 0;

function python(program: string, more = {}) {
  return script(bench(), 'step.py', program).then(() => bench().run(['python3', 'step.py'], more));
}

describe.skipIf(!found)('millrace_step.py', () => {
  it('gives typed access to inputs and writes outputs at the end', async () => {
    const { artifacts } = bench();
    const data = await artifacts.putBytes(Buffer.from('x\n1\n2\n'), 'text/csv');
    const seen: unknown[] = [];
    const result = await python(
      `from millrace_step import step
with step:
    lines = step.artifact_path("data").read_text().split()
    step.progress(0.4, mae=2.5, undefined=float("nan"))
    step.output_path("made here.csv", media_type="text/csv").write_text("x\\n")
    step.output_path("deep/two.txt", artifact="second").write_text("2")
    step.set_value("rows", len(lines) - 1)
    step.set_value("depth", step.values["depth"] * 2)
    step.set_metric("mae", 41.25)
`,
      {
        values: { depth: 4 },
        artifacts: { data },
        onProgress: (progress: unknown) => seen.push(progress),
      },
    );
    expect(result.values).toEqual({ rows: 2, depth: 8 });
    expect(result.metrics).toEqual({ mae: 41.25 });
    expect(Object.keys(result.artifacts)).toEqual(['made_here', 'second']);
    expect(result.artifacts['made_here']).toMatchObject({ bytes: 2, mediaType: 'text/csv' });
    expect(seen).toEqual([{ progress: 0.4, metrics: { mae: 2.5 } }]);
  });

  it('tells progress in the numbers of any library, and leaves out what is none', async () => {
    const seen: unknown[] = [];
    const told = [
      'step.progress(Decimal("0.4"), step=Decimal(3), mae=Decimal("2.5"))',
      'step.progress(float("nan"), mae=2, text="x", nothing=None)',
      'step.progress(1.0000001)',
    ];
    const lines = ['from decimal import Decimal', 'from millrace_step import step', ...told];
    await python([...lines, 'step.finish()', ''].join('\n'), {
      onProgress: (progress: unknown) => seen.push(progress),
    });
    expect(seen).toEqual([
      { progress: 0.4, step: 3, metrics: { mae: 2.5 } },
      { progress: null, metrics: { mae: 2 } },
      { progress: 1, metrics: {} },
    ]);
  });

  it('ends with bad input', async () => {
    await expect(
      python('from millrace_step import step\nwith step:\n    step.bad_input("no rows")\n'),
    ).rejects.toMatchObject({ type: 'InvalidInput', message: 'step s refused its input: no rows' });
  });

  it.each([
    ['an exception', 'raise ValueError("boom")', 'ValueError: boom'],
    ['a metric that is not finite', 'step.set_metric("mae", float("nan"))', 'metric "mae" is nan'],
    ['a value without a JSON form', 'step.set_value("x", object())', 'not JSON serializable'],
    ['an output elsewhere', 'step.output_path("../../x")', "outside the step's outputs"],
    ['an unknown input', 'step.artifact_path("dta")', 'no input artifact "dta"; it has: none'],
  ])('fails on %s and writes nothing', async (_, line, message) => {
    await expect(
      python(`from millrace_step import step\nwith step:\n    ${line}\n`),
    ).rejects.toMatchObject({
      type: 'StepProcessFailed',
      message: expect.stringContaining(message),
    });
  });

  it('says what is missing when it is run by hand', () => {
    const program = 'from millrace_step import step; step.progress(0.5); print(step.values)';
    const env = { PATH: process.env['PATH'], PYTHONPATH: resolve('python') };
    const { stderr } = spawnSync(PYTHON, ['-c', program], { env, encoding: 'utf8' });
    expect(stderr).toContain('MILLRACE_INPUTS is not set');
  });
});

import { describe, expect, it } from 'vitest';
import type { PipelinePlan } from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import { comparePlans } from '../../pipelines/reuse/plan-differences.js';

const HEAD = 'apiVersion: millrace/v1\nname: reused\n';

function compile(text: string, environment?: string) {
  const options = { file: 'p.yaml', baseDirectory: '/' };
  return compilePipeline(
    HEAD + text,
    environment === undefined ? options : { ...options, environment },
  );
}

function plan(text: string, environment?: string): PipelinePlan {
  const compiled = compile(text, environment);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  return compiled.plan;
}

/** `line:column message` of every error. */
function errors(text: string, environment?: string): readonly string[] {
  const compiled = compile(text, environment);
  return compiled.ok
    ? []
    : compiled.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const step = (of: PipelinePlan, id: string) => of.steps.find((candidate) => candidate.id === id);

describe('a template', () => {
  const TEMPLATES = `templates:
  patient: {retry: {maxAttempts: 7, backoff: 3}, timeout: 2h}
  probe:
    extends: patient
    uses: noop
    with: {a: 1, b: {x: 1, y: 2}, list: [1, 2]}
`;

  it('gives a step what it does not say itself, mappings key by key, lists as a whole', () => {
    const { steps } = plan(
      `${TEMPLATES}steps:
  one: {extends: probe, retry: {maxAttempts: 2}, with: {b: {y: 3}, list: [9]}}
`,
    );
    expect(steps[0]).toMatchObject({
      kind: 'noop',
      timeoutMs: 7_200_000,
      retry: { maxAttempts: 2, backoff: 3 },
      with: { a: 1, b: { x: 1, y: 3 }, list: [9] },
    });
  });

  it('makes the same plan as the step written out', () => {
    const short = compile(`${TEMPLATES}steps: {one: {extends: [patient, probe]}}\n`);
    const long = compile(
      'steps: {one: {uses: noop, retry: {maxAttempts: 7, backoff: 3}, timeout: 2h, with: {a: 1, b: {x: 1, y: 2}, list: [1, 2]}}}\n',
    );
    expect(short.ok && short.planHash).toBe(long.ok && long.planHash);
  });

  it('gives way to a step that says itself what it does', () => {
    const { steps } = plan(`${TEMPLATES}steps:\n  one: {extends: probe, run: [python, a.py]}\n`);
    expect(steps[0]).toMatchObject({ kind: 'run', command: { argv: ['python', 'a.py'] } });
  });

  it('is followed for expressions: a step that it reads is needed', () => {
    const { steps } = plan(
      'templates:\n  after: {uses: noop, with: {n: "${steps.first.n}"}}\nsteps:\n  second: {extends: after}\n  first: {uses: noop, with: {n: 1}}\n',
    );
    expect(steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['first', []],
      ['second', ['first']],
    ]);
  });

  it('serves the steps after the end of a run too', () => {
    const { onFailure } = plan(
      `${TEMPLATES}steps: {one: {uses: noop}}\nonFailure: [{extends: probe}]\n`,
    );
    expect(onFailure?.[0]).toMatchObject({ kind: 'noop', with: { a: 1 } });
  });

  it('is named with its own place when what it says is wrong', () => {
    expect(
      errors('templates:\n  t:\n    uses: noop\n    timeout: soon\nsteps:\n  one: {extends: t}\n'),
    ).toEqual(['6:14 not a duration']);
    expect(
      errors(
        'templates:\n  t:\n    uses: noop\n    with: {x: "${params.none}"}\nsteps:\n  one: {extends: t}\n',
      ),
    ).toEqual(['6:18 unknown name params.none']);
  });

  it.each([
    [
      'templates:\n  a: {extends: a}\nsteps: {one: {extends: a, uses: noop}}\n',
      ['4:16 template a extends itself'],
    ],
    [
      'templates:\n  a: {extends: b}\n  b: {extends: a}\nsteps: {one: {extends: b, uses: noop}}\n',
      ['5:16 the templates extend each other in a cycle: a → b → a'],
    ],
    [
      'templates: {probe: {uses: noop}}\nsteps: {one: {extends: prob}}\n',
      ['4:9 the step says neither what it uses nor what it runs', '4:24 there is no template prob'],
    ],
    [
      'steps: {one: {extends: 7, uses: noop}}\n',
      ['3:24 expected the name of a template, found the number 7'],
    ],
    [
      'templates: {t: {uses: nop}}\nsteps: {one: {uses: noop}}\n',
      ['3:23 unknown kind of step nop'],
    ],
  ])('is refused: %s', (text, expected) => {
    expect(errors(text)).toEqual(expected);
  });

  it('does not multiply a file without bound', () => {
    const big = Array.from({ length: 2_000 }, (_, index) => `k${index}: 1`).join(', ');
    const steps = Array.from({ length: 200 }, (_, index) => `  s${index}: {extends: t}`).join('\n');
    const found = errors(`templates:\n  t: {uses: noop, with: {${big}}}\nsteps:\n${steps}\n`);
    expect(found).toContainEqual(expect.stringContaining('once its templates are followed'));
  });
});

describe('an environment', () => {
  const FILE = `params: {trees: {type: integer, default: 200, min: 10}}
environments:
  dev: {params: {trees: 10}, schedule: null, steps: {train: {queue: small, with: {n: 1}}}}
  production: {}
steps:
  train: {uses: noop, queue: gpu, with: {n: 5, depth: 8}}
schedule: {cron: "0 3 * * *"}
`;

  it('overrides a few values and leaves the rest as it is', () => {
    const dev = plan(FILE, 'dev');
    expect(dev.params['trees']).toEqual({ type: 'integer', default: 10, min: 10 });
    expect(dev.schedule).toBeNull();
    expect(step(dev, 'train')).toMatchObject({ queue: 'small', with: { n: 1, depth: 8 } });
    const [plain, production] = [compile(FILE), compile(FILE, 'production')];
    expect(production.ok && production.planHash).toBe(plain.ok && plain.planHash);
  });

  it('is shown against another by what differs, and nothing else does', () => {
    const compared = comparePlans(plan(FILE, 'dev'), plan(FILE, 'production'));
    expect(compared.differences.filter(({ path }) => !path.startsWith('schedule'))).toEqual([
      { path: 'params.trees.default', a: 10, b: 200 },
      { path: 'steps.train.with.n', a: 1, b: 5 },
      { path: 'steps.train.queue', a: 'small', b: 'gpu' },
    ]);
    expect(compared.same).toBeGreaterThan(10);
    const written = `params: {n: {type: integer, default: 1}}
environments: {dev: {steps: {a: {with: {x: "n is \${params.n}"}}}}}
steps: {a: {uses: noop, with: {x: "\${params.n}"}}}
`;
    expect(comparePlans(plan(written, 'dev'), plan(written)).differences).toEqual([
      { path: 'steps.a.with.x', a: 'n is ${params.n}', b: '${params.n}' },
    ]);
  });

  it('is shown by the names of the pipelines that are used, not by their hashes', () => {
    const search = (id: string) =>
      `  ${id}: {uses: tune, with: {step: {uses: noop, queue: a, with: {loss: "\${params.n}", k: 1}}, metric: loss, space: {n: {int: [1, 9]}}}}\n`;
    const text = `environments: {dev: {steps: {near: {with: {step: {with: {k: 2}}}}, far: {with: {step: {queue: b}}}}}}
steps:\n${search('near')}${search('far')}`;
    expect(comparePlans(plan(text), plan(text, 'dev')).differences).toEqual([
      { path: 'pipelines.reused-near.steps.near.with.k', a: 1, b: 2 },
      { path: 'pipelines.reused-far.steps.far.queue', a: 'a', b: 'b' },
    ]);
  });

  it('may change a template, and with it every step that is laid over it', () => {
    const text = `templates: {t: {uses: noop, queue: a}}
environments: {dev: {templates: {t: {queue: b}}}}
steps: {one: {extends: t}, two: {extends: t}}
`;
    expect(plan(text, 'dev').steps.map(({ queue }) => queue)).toEqual(['b', 'b']);
  });

  it('is checked when the file is, with its own place', () => {
    expect(
      errors(
        'params: {n: {type: integer, default: 5, min: 3}}\nenvironments:\n  dev: {params: {n: 1}}\nsteps: {a: {uses: noop}}\n',
      ),
    ).toEqual(['5:21 the default of parameter n: 1 is below the minimum 3 (in dev)']);
  });

  it.each([
    [
      'environments: {dev: {steps: {trian: {queue: b}}}}\n',
      '3:30 there is no step trian that an environment could override (in dev)',
    ],
    [
      'environments: {dev: {params: {n: 1}}}\n',
      '3:31 there is no parameter n that an environment could override (in dev)',
    ],
    ['environments: {dev: {name: other}}\n', '3:22 unknown key name'],
    ['environments: {dev: 7}\n', '3:21 expected a mapping, found the number 7'],
    ['environments: {Dev: {}}\n', '3:16 Dev is not the name of an environment'],
  ])('is refused: %s', (text, expected) => {
    expect(errors(`${text}steps: {train: {uses: noop}}\n`)).toEqual([expected]);
  });

  it('must be declared', () => {
    expect(errors(FILE, 'staging')).toEqual(['4:1 the file declares no environment staging']);
    expect(errors('steps: {a: {uses: noop}}\n', 'dev')).toEqual([
      '1:1 the file declares no environment dev',
    ]);
  });
});

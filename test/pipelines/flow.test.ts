import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePipeline } from '../../pipelines/compile.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-flow-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function compile(steps: string, rest = '') {
  const text = `apiVersion: millrace/v1\nname: flow\nsteps:\n${steps}\n${rest}`;
  return compilePipeline(text, { file: 'pipeline.yaml', baseDirectory: directory });
}

/** Line, column, code and message of every error. The steps begin on line 4. */
function errors(steps: string, rest = ''): readonly string[] {
  const compiled = compile(steps, rest);
  if (compiled.ok) return [];
  return compiled.errors.map((one) => `${one.line}:${one.column} ${one.code} ${one.message}`);
}

function planOf(steps: string, rest = '') {
  const compiled = compile(steps, rest);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  return compiled;
}

describe('every construct has its error with its place', () => {
  it.each([
    ['an empty matrix', '  a: {uses: noop, matrix: {}}', ['4:27 missing-key the matrix is empty']],
    [
      'an empty axis',
      '  a: {uses: noop, matrix: {depth: []}}',
      ['4:35 out-of-range an axis is an empty list'],
    ],
    [
      'an axis that is no list',
      '  a: {uses: noop, matrix: {depth: 4}}',
      ['4:35 wrong-type an axis is a list or an expression that gives one, this is the number 4'],
    ],
    [
      'a matrix with too many combinations',
      `  a: {uses: noop, matrix: {${'abcde'
        .split('')
        .map((axis) => `${axis}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]`)
        .join(', ')}}}`,
      ['4:27 too-large the matrix has 100000 combinations, more than 10000'],
    ],
    [
      'a matrix of which nothing is left',
      '  a: {uses: noop, matrix: {d: [1], exclude: [{d: 1}]}}',
      ['4:45 out-of-range every combination of the matrix is excluded'],
    ],
    [
      'an axis with a value twice',
      '  a: {uses: noop, matrix: {d: [1, {x: 1, y: 2}, "1", {y: 2, x: 1}, 1]}}',
      [
        '4:54 bad-value axis d has the value {"x":1,"y":2} twice',
        '4:68 bad-value axis d has the value 1 twice',
      ],
    ],
    [
      'a step that is needed twice',
      '  a: {uses: noop}\n  b: {uses: noop, needs: [a, a]}',
      ['5:30 bad-value a stands in needs twice'],
    ],
    ['a command without a word', '  a: {run: []}', ['4:12 out-of-range the command is empty']],
    [
      'an alias without its anchor, once, whatever should stand there',
      '  a: {uses: noop, with: *none, retry: *one}',
      [
        '4:25 syntax there is no anchor &none before this alias',
        '4:39 syntax there is no anchor &one before this alias',
      ],
    ],
    [
      'a merge of an anchor that is not there',
      '  a: {uses: noop, <<: *none}',
      ['4:23 syntax there is no anchor &none before this alias'],
    ],
    [
      'an exclusion by an axis that is not there',
      '  a: {uses: noop, matrix: {depth: [1, 2], exclude: [{dept: 1}]}}',
      ['4:54 unknown-name the matrix has no axis dept'],
    ],
    [
      'an empty list',
      '  a: {uses: noop, forEach: []}',
      ['4:28 out-of-range forEach is an empty list'],
    ],
    [
      'a list that is none',
      '  a: {uses: noop, forEach: 12}',
      ['4:28 wrong-type forEach is a list or an expression that gives one, this is the number 12'],
    ],
    [
      'an expression that gives no list',
      '  a: {uses: noop, forEach: "${1 + 1}"}',
      ['4:28 type-mismatch forEach needs a list, this expression gives number'],
    ],
    [
      'matrix and forEach together',
      '  a: {uses: noop, matrix: {d: [1]}, forEach: [1]}',
      ['4:37 misplaced a step has matrix or forEach, never both'],
    ],
    [
      'items whose result is shared',
      '  a: {run: [ls], cache: {scope: shared}, forEach: [1]}',
      ['4:33 misplaced scope: shared is of a step that is done once, not of one for each item'],
    ],
    [
      'maxParallel without items',
      '  a: {uses: noop, maxParallel: 2}',
      ['4:19 misplaced maxParallel: belongs to a step with matrix or forEach'],
    ],
    [
      'maxParallel of none',
      '  a: {uses: noop, forEach: [1], maxParallel: 0}',
      ['4:46 out-of-range the number 0 must be at least 1'],
    ],
    [
      'an item outside a fan-out',
      '  a: {uses: noop, with: {x: "${item}"}}',
      ['4:32 unknown-name unknown name item'],
    ],
    [
      'an axis that the matrix does not have',
      '  a: {uses: noop, matrix: {depth: [1]}, with: {x: "${matrix.width}"}}',
      ['4:54 unknown-name unknown name matrix.width'],
    ],
    [
      'a run condition that there is not',
      '  a: {uses: noop, runIf: allDon}',
      ['4:26 bad-value the text "allDon" is not allowed here'],
    ],
    [
      'a deploy that fans out',
      '  a: {uses: deploy, forEach: [1], with: {version: 1}}',
      [
        '4:13 misplaced deploy needs the name of the model',
        '4:21 misplaced deploy is done once in a run',
      ],
    ],
    [
      'a timeout that is none',
      '  a: {uses: noop, timeout: {total: soon}}',
      ['4:36 bad-value not a duration'],
    ],
    [
      'a longest wait below the first',
      '  a: {uses: noop, retry: {initialInterval: 5m, maxInterval: 1s}}',
      ['4:61 bad-value the longest wait, 1s, is shorter than the first, 5m'],
    ],
    [
      'an output of a pipeline over a step that there is not',
      '  a: {uses: noop}\noutputs: {x: "${steps.b.y}"}',
      ['5:17 unknown-step unknown name steps.b'],
    ],
    [
      'attempts of a pipeline that is a step',
      '  a: {uses: pipeline, retry: {maxAttempts: 2}, timeout: 2h, with: {file: gone.yaml}}\n  b: {uses: pipeline, timeout: {attempt: 5m, total: 1h}, with: {file: gone.yaml}}',
      [
        '4:23 misplaced retry does not go with pipeline: the pipeline that it uses is a run of its own, whose steps say it',
        '4:48 misplaced a pipeline as a step has no attempts to bound',
        '4:74 unreadable there is no file gone.yaml',
        '5:33 misplaced a pipeline as a step has no attempts to bound',
      ],
    ],
    [
      'a hook that deploys',
      '  a: {uses: noop}\nfinally: [{uses: deploy, with: {version: 1}}]',
      [
        '5:18 misplaced deploy needs the name of the model',
        '5:18 misplaced deploy cannot follow the end of a run',
      ],
    ],
    [
      'a hook with the name of a step',
      '  a: {uses: noop}\nfinally: [{name: a, uses: noop}]',
      ['5:18 bad-name there is a step a already'],
    ],
    [
      'hooks that are no list',
      '  a: {uses: noop}\nonFailure: {uses: noop}',
      ['5:12 wrong-type expected a list of steps, found a mapping'],
    ],
  ])('%s', (_name, steps, expected) => {
    expect(errors(steps)).toEqual(expected);
  });
});

it('what follows the end is always done: no result of an earlier run stands for it', () => {
  const { plan } = planOf('  a: {uses: noop}', 'finally: [{name: tidy-up, run: [sh, tidy-up.sh]}]');
  expect(plan.finally).toMatchObject([{ id: 'tidy-up', cache: false }]);
  expect(plan.steps[0]).not.toHaveProperty('cache');
});

describe('the waits between attempts', () => {
  it.each([
    ['{initialInterval: 5m}', 300_000, 300_000],
    ['{maxInterval: 100ms}', 100, 100],
    ['{initialInterval: 2s, maxInterval: 10s}', 2_000, 10_000],
  ])('%s never has a longest wait below the first', (retry, first, longest) => {
    const [step] = planOf(`  a: {uses: noop, retry: ${retry}}`).plan.steps;
    expect(step?.retry).toMatchObject({ initialIntervalMs: first, maxIntervalMs: longest });
  });
});

describe('a pipeline that a step uses', () => {
  const write = (name: string, steps: string, rest = '') => {
    mkdirSync(directory, { recursive: true });
    const text = `apiVersion: millrace/v1\nname: ${name}\n${rest}\nsteps:\n${steps}\n`;
    writeFileSync(join(directory, `${name}.yaml`), text);
  };

  it('is a part of the plan, with those that it uses itself, each once', () => {
    write('leaf', '  a: {uses: noop, with: {x: 1}}', 'outputs: {x: "${steps.a.x}"}');
    write('middle', '  l: {uses: pipeline, with: {file: leaf.yaml}}');
    const { plan } = planOf(
      '  m: {uses: pipeline, with: {file: middle.yaml}}\n  l: {uses: pipeline, with: {file: leaf.yaml}}\n  r: {uses: noop, with: {x: "${steps.l.x}"}}',
    );
    const names = Object.values(plan.pipelines ?? {}).map(({ name }) => name);
    expect(names.sort()).toEqual(['leaf', 'middle']);
    expect(plan.steps.map(({ pipeline }) => plan.pipelines?.[pipeline ?? '']?.name)).toEqual([
      'middle',
      'leaf',
      undefined,
    ]);
  });

  it('makes another plan when its file changes', () => {
    write('leaf', '  a: {uses: noop, with: {x: 1}}');
    const before = planOf('  l: {uses: pipeline, with: {file: leaf.yaml}}').planHash;
    write('leaf', '  a: {uses: noop, with: {x: 2}}');
    expect(planOf('  l: {uses: pipeline, with: {file: leaf.yaml}}').planHash).not.toBe(before);
  });

  it('never uses itself, over whatever files', () => {
    write('ring-b', '  a: {uses: pipeline, with: {file: ring-a.yaml}}');
    write('ring-a', '  b: {uses: pipeline, with: {file: ring-b.yaml}}');
    const [first, second] = errors('  a: {uses: pipeline, with: {file: ring-a.yaml}}');
    expect(first).toMatch(/^4:36 cycle ring-a\.yaml does not compile/);
    expect(second).toBeDefined();
    write('pipeline', '  me: {uses: pipeline, with: {file: pipeline.yaml}}');
    expect(errors('  me: {uses: pipeline, with: {file: pipeline.yaml}}')).toEqual([
      '4:37 cycle the pipelines use each other in a cycle: pipeline.yaml → pipeline.yaml',
    ]);
  });

  it('is checked: its file, its parameters, its outputs', () => {
    write(
      'takes',
      '  a: {uses: noop, with: {x: 1}}',
      'params: {n: {type: integer, max: 9}}\noutputs: {x: "${steps.a.x}"}',
    );
    const use = (more: string, file = 'takes.yaml') =>
      errors(`  t: {uses: pipeline, with: {file: ${file}${more}}}`);
    expect(use('', 'gone.yaml')).toEqual(['4:36 unreadable there is no file gone.yaml']);
    expect(use('')).toEqual([expect.stringContaining('the pipeline takes needs n')]);
    expect(use(', params: {n: 12}')).toEqual([
      expect.stringContaining('bad-value parameter n: 12 is above the maximum 9'),
    ]);
    expect(use(', params: {n: 2, m: 1}')).toEqual([
      expect.stringContaining('unknown-name the pipeline takes has no parameter m'),
    ]);
    expect(
      errors(
        '  t: {uses: pipeline, with: {file: takes.yaml, params: {n: 1}}}\n  u: {uses: noop, with: {y: "${steps.t.y}"}}',
      ),
    ).toEqual([expect.stringContaining('unknown-name unknown name steps.t.y')]);
  });
});

describe('the plan', () => {
  it('has the same hash as before where nothing of it is used', () => {
    const usual = planOf('  a: {uses: noop}').planHash;
    expect(planOf('  a: {uses: noop, runIf: allSucceeded, continueOnError: false}').planHash).toBe(
      usual,
    );
    expect(planOf('  a: {uses: noop, timeout: {attempt: 1h}}').planHash).toBe(usual);
    expect(planOf('  a: {uses: noop, runIf: always}').planHash).not.toBe(usual);
  });

  it('knows which failures are tried again', () => {
    const { plan } = planOf('  a: {uses: noop, retry: {retryOn: [ServiceUnavailable]}}');
    expect(plan.steps[0]?.retry.nonRetryable).toContain('StepProcessFailed');
    expect(plan.steps[0]?.retry.nonRetryable).not.toContain('ServiceUnavailable');
  });
});

describe('a condition on the steps that one needs', () => {
  it.each(['allDone', 'noneFailed', 'oneSucceeded'])(
    'is warned of where it needs none: %s',
    (runIf) => {
      expect(planOf(`  a: {uses: noop, runIf: ${runIf}}`).warnings).toEqual([
        `steps.a.runIf: ${runIf} says how the steps that it needs must have ended, and it needs none; add needs: [...], or remove it`,
      ]);
    },
  );

  it('but not where an expression needs one, nor of always, which a cancellation does not reach', () => {
    const steps =
      '  a: {uses: noop, runIf: always, with: {x: 1}}\n  b: {uses: noop, runIf: allDone, with: {x: "${has(steps.a.x)}"}}';
    expect(planOf(steps).warnings).toEqual([]);
  });
});

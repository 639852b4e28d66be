// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compilePipeline, parsePipelineFile } from '../../pipelines/index.js';
import { fc } from '../support/property.js';

const HEAD = 'apiVersion: millrace/v1\nname: demo\n';

function compile(text: string) {
  return compilePipeline(text, { file: 'demo.yaml', baseDirectory: '/' });
}

function errorsOf(text: string) {
  const compiled = compile(text);
  return compiled.ok ? [] : compiled.errors;
}

/** Where the first error stands, as `line:column code`, with its text. */
function places(text: string): readonly string[] {
  return errorsOf(text).map(({ line, column, code, text: part }) => {
    return `${line}:${column} ${code} ${part}`;
  });
}

describe('every error has its place', () => {
  const steps = (body: string) =>
    `${HEAD}model: m\nparams:\n  n: {type: integer, default: 3}\nsteps:\n${body}`;
  test.each([
    ['an unknown key', `${HEAD}stps: {}\nsteps: {a: {uses: noop}}`, ['3:1 unknown-key stps']],
    ['a later key', `${HEAD}steps: {a: {uses: noop}}\nlabels: []`, ['4:1 unknown-key labels']],
    [
      'a missing key',
      'apiVersion: millrace/v1\nsteps: {a: {uses: noop}}',
      ['1:1 missing-key apiVersion: millrace/v1…'],
    ],
    [
      'another version',
      'apiVersion: v2\nname: demo\nsteps: {a: {uses: noop}}',
      ['1:13 bad-value v2'],
    ],
    ['a bad name', `${HEAD}model: Not_Good\nsteps: {a: {uses: noop}}`, ['3:8 bad-value Not_Good']],
    ['an unknown kind', steps('  a: {uses: trian}'), ['7:13 bad-value trian']],
    ['a duplicate key', steps('  a: {uses: noop}\n  a: {uses: noop}'), ['8:3 duplicate-key a']],
    [
      'a bad duration',
      steps('  a: {uses: noop, timeout: 5 minutes}'),
      ['7:28 bad-value 5 minutes'],
    ],
    ['a number for a duration', steps('  a: {uses: noop, timeout: 30}'), ['7:28 wrong-type 30']],
    ['an unknown need', steps('  a: {uses: noop, needs: [bb]}'), ['7:27 unknown-step bb']],
    [
      'a cycle',
      steps('  a: {uses: noop, needs: b}\n  b: {uses: noop, needs: [a]}'),
      ['7:26 cycle b'],
    ],
    [
      'a step that needs itself',
      steps('  a: {uses: noop, with: {x: "${steps.a.x}"}}'),
      ['7:32 cycle steps.a.x'],
    ],
    [
      'a step downstream',
      steps(
        '  a: {uses: noop, with: {x: "${steps.b.x}"}}\n  b: {uses: noop, needs: a, with: {x: 1}}',
      ),
      ['7:32 cycle steps.b.x'],
    ],
    [
      'an unknown parameter',
      steps('  a: {uses: noop, with: {x: "a ${params.m}"}}'),
      ['7:34 unknown-name params.m'],
    ],
    [
      'an unknown step',
      steps('  a: {uses: noop, with: {x: "${1 + steps.c.x}"}}'),
      ['7:36 unknown-step steps.c.x'],
    ],
    [
      'a hyphenated step',
      steps('  b-c: {uses: noop}\n  a: {uses: noop, with: {x: "${steps.b-c.x}"}}'),
      ['8:32 unknown-step steps.b'],
    ],
    [
      'an unknown output',
      steps(
        '  a: {uses: ingest, with: {source: a.csv}}\n  b: {uses: noop, with: {x: "${steps.a.dta}"}}',
      ),
      ['8:32 unknown-name steps.a.dta'],
    ],
    [
      'a syntax error',
      steps('  a: {uses: noop, with: {x: "${params.n + + 1}"}}'),
      ['7:43 bad-expression + 1'],
    ],
    [
      'no closing brace',
      steps('  a: {uses: noop, with: {x: "ab ${params.n"}}'),
      ['7:33 bad-expression ${params.n'],
    ],
    [
      'a type that cannot fit',
      steps('  a: {uses: ingest, with: {source: "${params.n}"}}'),
      ['7:36 type-mismatch "${params.n}"'],
    ],
    [
      'a path where an artifact goes',
      steps('  a: {uses: validate, with: {data: a.csv, expect: []}}'),
      ['7:36 wrong-type a.csv'],
    ],
    ['a missing input', steps('  a: {uses: ingest, with: {}}'), ['7:21 missing-key with']],
    ['no inputs at all', steps('  a: {uses: ingest}'), ['7:3 missing-key a']],
    [
      'a number for a condition',
      steps('  a: {uses: noop, if: params.n + 1}'),
      ['7:23 type-mismatch params.n + 1'],
    ],
    [
      'braces in a condition',
      steps('  a: {uses: noop, if: "${params.n > 1}"}'),
      ['7:23 bad-expression "${params.n > 1}"'],
    ],
    [
      'a gate elsewhere',
      steps('  a: {uses: noop, gate: metrics.mae < 1}'),
      ['7:19 misplaced gate'],
    ],
    ['uses and run', steps('  a: {uses: noop, run: echo}'), ['7:19 misplaced run']],
    ['neither', steps('  a: {timeout: 5m}'), ['7:3 missing-key a']],
    ['shell without run', steps('  a: {uses: noop, shell: true}'), ['7:19 misplaced shell']],
    [
      'an expression for a shell',
      steps('  a: {run: "echo ${params.n}", shell: true}'),
      ['7:12 unsafe-command "echo ${params.n}"'],
    ],
    [
      'an expression in a script',
      steps('  a: {run: [bash, -c, "echo ${params.n}"]}'),
      ['7:23 unsafe-command "echo ${params.n}"'],
    ],
    ['shell syntax without a shell', steps('  a: {run: "cat a | wc"}'), ['7:19 unsafe-command |']],
    ['an open quote', steps('  a: {run: "echo \'a"}'), ["7:18 unsafe-command '"]],
    [
      'a bad default',
      `${HEAD}params:\n  n: {type: integer, default: 1.5}\nsteps: {a: {uses: noop}}`,
      ['4:31 bad-value 1.5'],
    ],
    [
      'a default out of range',
      `${HEAD}params:\n  n: {type: integer, default: 1, min: 2}\nsteps: {a: {uses: noop}}`,
      ['4:31 bad-value 1'],
    ],
    [
      'min above max',
      `${HEAD}params:\n  n: {type: number, min: 3, max: 2}\nsteps: {a: {uses: noop}}`,
      ['4:26 out-of-range 3'],
    ],
    [
      'a bad cron',
      steps('  a: {uses: noop}\nschedule: {cron: "0 25 * * *"}'),
      ['8:18 bad-value "0 25 * * *"'],
    ],
    [
      'a bad time zone',
      steps('  a: {uses: noop}\nschedule: {cron: "@weekly", timezone: Europe/Berln}'),
      ['8:39 bad-value Europe/Berln'],
    ],
    [
      'a monitor without a model',
      `${HEAD}steps: {a: {uses: noop}}\nmonitor: {time: t}`,
      ['4:1 misplaced monitor'],
    ],
    [
      'a register without a model',
      `${HEAD}steps:\n  e: {uses: run}\n  a: {uses: register, with: {model: "\${steps.e.x}"}}`,
      ['4:13 bad-value run', '5:13 misplaced register'],
    ],
    [
      'a later strategy',
      steps('  a: {uses: deploy, with: {version: 1, strategy: {canary: {}}}}'),
      ['7:50 bad-value {canary: {}}'],
    ],
    [
      'a detector without a name',
      steps('  a: {uses: noop}\nmonitor: {time: t, drift: {concept: {}}}'),
      ['8:28 missing-key concept'],
    ],
    [
      'an unknown detector',
      steps('  a: {uses: noop}\nmonitor: {time: t, drift: {concept: {detector: adwim}}}'),
      ['8:48 bad-value adwim'],
    ],
    [
      'options of another detector',
      steps(
        '  a: {uses: noop}\nmonitor: {time: t, drift: {concept: {detector: adwin, options: {alfa: 1, delta: 2}}}}',
      ),
      ['8:65 unknown-key alfa', '8:81 out-of-range 2'],
    ],
    [
      'options that do not fit together',
      steps(
        '  a: {uses: noop}\nmonitor: {time: t, drift: {concept: {detector: kswin, options: {statSize: 90}}}}',
      ),
      ['8:64 bad-value {statSize: 90}'],
    ],
    [
      'an answer to prediction drift that retrains',
      steps('  a: {uses: noop}\nmonitor: {time: t, respond: {predictionDrift: retrain}}'),
      ['8:47 bad-value retrain'],
    ],
    [
      'an unknown retrain parameter',
      steps('  a: {uses: noop}\nmonitor: {time: t, respond: {retrain: {params: {m: 1}}}}'),
      ['8:49 unknown-name m'],
    ],
    [
      'a bad share',
      steps('  a: {uses: noop}\nmonitor: {time: t, performance: {metric: mae, worseThan: 110%}}'),
      ['8:58 bad-value 110%'],
    ],
    [
      'an unknown metric',
      steps('  a: {uses: noop}\nmonitor: {time: t, performance: {metric: mea}}'),
      ['8:42 bad-value mea'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  test('all are reported at once, in the order of the file', () => {
    const text = `apiVersion: millrace/v1\nnme: x\nparams:\n  a: {type: integr}\nsteps:\n  b: {uses: noop, with: {x: "\${params.c}"}}\n  d: {run: "", needs: q}\n`;
    expect(errorsOf(text).map(({ line }) => line)).toEqual([1, 2, 4, 6, 7, 7]);
  });

  test('the nearest name is in the hint, the path in the path', () => {
    const [error] = errorsOf(steps('  a: {uses: ingest, with: {sorce: a.csv, source: b.csv}}'));
    expect(error).toMatchObject({ path: 'steps.a.with.sorce', hint: 'did you mean source?' });
  });
});

describe('the plan', () => {
  const text = `${HEAD}
params:
  n: {type: integer, default: 3}
steps:
  z: {uses: noop, with: {v: 1}}
  a: {uses: noop, with: {v: "\${steps.m.v}"}}
  m: {run: "python steps/x.py --n \${params.n} 'a b' \\"c\${params.n}\\"", needs: z}
`;

  test('is in topological order, ties in the order of the file', () => {
    const compiled = compile(text);
    expect(compiled.ok && compiled.plan.steps.map(({ id }) => id)).toEqual(['z', 'm', 'a']);
    expect(compiled.ok && compiled.plan.steps[2]).toMatchObject({ needs: ['m'], reads: ['m'] });
  });

  test('splits a command without a shell', () => {
    const compiled = compile(text);
    expect(compiled.ok && compiled.plan.steps[1]?.command).toEqual({
      argv: [
        'python',
        'steps/x.py',
        '--n',
        { $expr: 'params.n' },
        'a b',
        { $concat: ['c', { $expr: 'params.n' }] },
      ],
      shell: false,
    });
  });

  test('is frozen', () => {
    const compiled = compile(text);
    expect(compiled.ok && Object.isFrozen(compiled.plan.steps[0])).toBe(true);
  });

  test('has the hash of its meaning: not of key order, comments or place', () => {
    const lines = [
      'z: {uses: noop, with: {v: 1, w: 2}}',
      'a: {uses: noop, needs: [z, m]}',
      'm: {uses: noop}',
    ];
    const hash = (order: readonly string[], head = HEAD): string => {
      const compiled = compilePipeline(
        `${head}steps:\n${order.map((line) => `  ${line} # c\n`).join('')}`,
        {
          file: String(Math.random()),
          baseDirectory: `/tmp/${Math.random()}`,
        },
      );
      return compiled.ok ? compiled.planHash : 'invalid';
    };
    const expected = hash(lines);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 3 }), (order) => {
        expect(hash(order, 'name: demo\napiVersion: millrace/v1\n')).toBe(expected);
      }),
    );
    expect(hash(lines.map((line) => line.replace('w: 2, v: 1', 'x')))).toBe(expected);
    expect(hash(lines.map((line) => line.replace('[z, m]', '[m, z]')))).toBe(expected);
    expect(hash(lines.map((line) => line.replace('v: 1', 'v: 3')))).not.toBe(expected);
  });

  test('a monitor of one line has its defaults', () => {
    const compiled = compile(`${HEAD}model: m\nsteps: {a: {uses: noop}}\nmonitor: {time: hour}`);
    expect(compiled.ok && compiled.plan.monitor).toMatchObject({
      timeColumn: 'hour',
      window: { everyMs: 604_800_000, minRows: 100 },
      drift: { features: { shareOfColumns: 0.1 }, predictions: { distance: 0.1 } },
      performance: null,
      respond: { regressionAfterDeploy: 'rollback', guards: { breaches: { count: 2, of: 3 } } },
    });
  });

  test('a monitor keeps what watches labels and errors, and is the same without', () => {
    const file = (drift: string, respond: string) =>
      `${HEAD}model: m\nsteps: {a: {uses: noop}}\nmonitor: {time: hour, drift: ${drift}, respond: ${respond}}`;
    const compiled = compile(
      file(
        '{labels: {}, concept: {detector: cusum, options: {slack: 1}}}',
        '{labelDrift: retrain, predictionDrift: rollback}',
      ),
    );
    expect(compiled.ok && compiled.plan.monitor).toMatchObject({
      drift: {
        labels: { distance: 0.1 },
        concept: { detector: 'cusum', options: { slack: 1 } },
      },
      respond: { labelDrift: 'retrain', predictionDrift: 'rollback' },
    });
    const plain = compile(file('{}', '{}'));
    const monitor = plain.ok ? plain.plan.monitor : null;
    expect(Object.keys(monitor?.drift ?? {})).toEqual(['features', 'predictions']);
    expect(Object.keys(monitor?.respond ?? {})).not.toContain('labelDrift');
  });

  test('what include adds and nothing reads is warned of', () => {
    const warningsOf = (include: string, more = '') => {
      const search = `{uses: noop, matrix: {depth: [4, 8], include: ${include}}, with: {d: "\${matrix.depth}", k: "\${has(matrix.kind)}"}}`;
      const compiled = compile(`${HEAD}steps:\n  search: ${search}\n  next: {uses: noop${more}}\n`);
      return compiled.ok ? compiled.warnings : compiled.errors;
    };
    expect(warningsOf('[{depth: 8, kind: a}, {depht: 8}, {depth: 4, slow: true}]')).toEqual([
      'steps.search.matrix.include[1].depht: the matrix has no axis depht, and nothing reads it; did you mean depth?',
      'steps.search.matrix.include[2].slow: the matrix has no axis slow, and nothing reads it',
    ]);
    const named = ', with: {x: "${steps.search[depth=8, slow=true].d}"}';
    expect(warningsOf('[{depth: 8, kind: a, slow: true}]', named)).toEqual([]);
    const reading = (matrix: string, more = '') =>
      compile(
        `${HEAD}steps:\n  a: {uses: noop, matrix: ${matrix}, with: {k: "\${matrix.kind}"}${more}}\n`,
      );
    const partly = '{depth: [4, 8], include: [{depth: 8, kind: a}]}';
    expect(reading(partly)).toMatchObject({
      warnings: [
        'steps.a.matrix: the item depth=4 has no kind, which the step reads; has(matrix.kind) asks for it',
      ],
    });
    expect(reading(partly, ', if: matrix.depth > 4')).toMatchObject({ warnings: [] });
    expect(reading('{include: [{kind: a}, {kind: b}]}')).toMatchObject({ warnings: [] });
  });

  test.each([
    ['performance: retrain', /watches no metric and .*concept no errors/],
    ['labelDrift: retrain', /labels watches no labels/],
  ])('a response to what is not watched is warned of: %s', (respond, warning) => {
    const compiled = compile(
      `${HEAD}model: m\nsteps: {a: {uses: noop}}\nmonitor: {time: hour, respond: {${respond}}}`,
    );
    expect(compiled.ok && compiled.warnings.join()).toMatch(warning);
  });

  test('anchors and merge keys are followed', () => {
    const compiled = compile(
      `${HEAD}steps:\n  a: &s {uses: noop, timeout: 5m}\n  b: {<<: *s, timeout: 7m, needs: a}`,
    );
    expect(compiled.ok && compiled.plan.steps.map(({ timeoutMs }) => timeoutMs)).toEqual([
      300_000, 420_000,
    ]);
  });
});

describe('hostile text is refused with its line', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((key, index) => {
      return `${key}: &${key} [${Array(9)
        .fill(`*${'abcdefgh'.charAt(index)}`)
        .join(',')}]`;
    }),
  ].join('\n');
  test.each([
    ['an alias bomb', bomb, 'too-large'],
    ['a self-reference', 'a: &a [*a]', 'too-large'],
    ['__proto__', `${HEAD}steps: {a: {uses: noop}, __proto__: {uses: noop}}`, 'forbidden-key'],
    ['deep nesting', `a: ${'['.repeat(100_000)}`, 'too-large'],
    ['deep dashes', '- '.repeat(5_000), 'too-large'],
    ['a NUL', 'a: "b\0"', 'syntax'],
    ['a huge file', 'x'.repeat(1_100_000), 'too-large'],
    ['a million commas', `[${','.repeat(1_000_000)}]`, 'too-large'],
    ['a tag', 'a: !!js/function x', 'syntax'],
    ['two documents', 'a: 1\n---\nb: 2', 'syntax'],
    ['nothing', '', 'wrong-type'],
  ])('%s', (_name, text, code) => {
    const [error] = errorsOf(text);
    expect(error).toMatchObject({ code });
    expect(error?.line).toBeGreaterThanOrEqual(1);
    expect(({} as Record<string, unknown>)['uses']).toBeUndefined();
  });

  test('no text makes the compiler throw', () => {
    const token = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '\n',
      '  ',
      '${',
      '"',
      '&a ',
      '*a',
      '<<',
      '#',
      'steps',
      'uses',
      '|',
      '>',
      ',',
      '?',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const compiled = compile(HEAD + tokens.join(''));
        expect(typeof compiled.ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

describe('files', () => {
  test('one that is not there, one that is not text', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pipelines-'));
    const missing = await parsePipelineFile(join(directory, 'none.yaml'));
    expect(missing).toMatchObject({ ok: false, errors: [{ code: 'unreadable', line: 1 }] });
    await writeFile(join(directory, 'binary.yaml'), Buffer.from([0x61, 0xff, 0xfe]));
    const binary = await parsePipelineFile(join(directory, 'binary.yaml'));
    expect(binary).toMatchObject({
      ok: false,
      errors: [{ message: 'the file is not UTF-8 text' }],
    });
  });
});

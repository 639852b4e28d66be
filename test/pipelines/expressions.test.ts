// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { describe, expect, test } from 'vitest';
import {
  checkExpression,
  ExpressionError,
  evaluateCondition,
  evaluateExpression,
  evaluateGate,
  parseTemplate,
  references,
  resolveTemplate,
} from '../../pipelines/expressions/index.js';
import { fc } from '../support/property.js';

const artifact = { uri: 'artifact:sha256/aa', sha256: 'aa', bytes: 2, mediaType: 'text/plain' };
const scope = {
  params: { trees: 201, n: 2, from: '2011-01-01', gap: '7d', name: 'a-b,c', flag: true },
  run: { id: 'r1', asOf: '2011-07-01T05:00:00Z' },
  metrics: { mae: 2 },
  champion: null,
  window: { start: '2011-01-01', end: '2011-07-01' },
  trigger: { kind: 'monitor', reason: 'drift' },
  steps: {
    'clean-up': {
      values: { list: [1, 2, 3], deep: { k: [{ z: 1 }] } },
      artifacts: { data: artifact },
      metrics: { loss: 0.5 },
    },
  },
};

describe('numbers are of one kind', () => {
  test.each([
    ['metrics.mae * 2', 4],
    ['metrics.mae + 1', 3],
    ['params.trees / 2', 100.5],
    ['7 / 2', 3.5],
    ['int(7 / 2)', 3],
    ['7 % 4', 3],
    ['params.trees > 500', false],
    ['metrics.mae == 2', true],
    ['size(params.name) + 1', 6],
    ['size([1, 2]) == 2', true],
    ['2 in steps["clean-up"].list', true],
    ['steps["clean-up"].list[params.n - 1]', 2],
    ['steps["clean-up"].list.map(v, v * 2)', [2, 4, 6]],
    ['params.name.substring(size(params.name) - 1)', 'c'],
    ['params.name.split(",")[0]', 'a-b'],
    ['-params.trees', -201],
    ['0x10', 16],
  ])('%s is %j', (source, value) => {
    expect(evaluateExpression(source, scope)).toEqual(value);
  });

  test('no integer of CEL leaks out as a BigInt', () => {
    const value = evaluateExpression('[1, size("ab"), {"a": int("3")}]', scope);
    expect(JSON.stringify(value)).toBe('[1,2,{"a":3}]');
  });
});

describe('has(…)', () => {
  const outputs = {
    values: { rows: 3, none: null, 'my-rows': 4 },
    artifacts: {},
    metrics: { mae: 1 },
  };
  const list = [
    { item: { depth: 4 }, outputs },
    { item: { depth: 8 }, outputs: null },
  ];
  const items = { count: 2, list };
  const steps = {
    plain: outputs,
    'my-step': outputs,
    'no-step': { values: {}, artifacts: {}, metrics: {} },
    each: { values: {}, artifacts: {}, metrics: {}, items },
  };

  test.each([
    ['has(steps.plain.rows)', true],
    ['has(steps["my-step"].rows)', true],
    ["has(steps['my-step'].none)", true],
    ['has(steps["my-step"].nothing)', false],
    ['!has(steps["no-step"].rows) && has(steps["my-step"].metrics.mae)', true],
    ['has(steps["my-step"].metrics["rmse"])', false],
    ['has(steps.plain["my-rows"])', true],
    ['has(steps.each[0].rows)', true],
    ['has(steps.each[1].rows) || has(steps.each[depth=8].rows)', false],
    ['[steps["my-step"].rows].all(x, has(steps["my-step"].rows) && x == 3)', true],
  ])('%s is %j, whatever the names', (source, value) => {
    expect(evaluateExpression(source, { ...scope, steps })).toBe(value);
  });

  test('is checked as any name is', () => {
    const roots = { steps: { fields: { 'my-step': { fields: { rows: 'number' } } } } } as const;
    expect(checkExpression('has(steps["my-step"].rows)', roots)).toMatchObject({ type: 'boolean' });
    for (const wrong of ['has(steps["my-step"].rwos)', 'has(steps["my-stap"].rows)', 'has(1)']) {
      expect(checkExpression(wrong, roots).ok).toBe(false);
    }
  });
});

describe('times', () => {
  test.each([
    ["window.end - duration('4320h')", '2011-01-02'],
    ['window.end', '2011-07-01'],
    ['run.asOf', '2011-07-01T05:00:00Z'],
    ['window.end - window.start', '4344h'],
    ['timestamp(params.from) + duration(params.gap)', '2011-01-08'],
    ['timestamp(params.from) < window.end', true],
    ['duration("7d") == duration("168h")', true],
    ['run.asOf.getHours() + 1', 6],
  ])('%s is %j', (source, value) => {
    expect(evaluateExpression(source, scope)).toEqual(value);
  });
});

describe('errors say what is wrong', () => {
  test.each([
    ['1 / 0', /division by zero/],
    ['metrics.rmse', /there is no rmse/],
    ['steps["clean-up"].list[5]', /the list has no item 5: it has 3, from 0/],
    ['steps["clean-up"].list[-1]', /the list has no item -1 in/],
    ['nope.x', /unknown name nope/],
    ['params.name * 2', /text \* number is not defined/],
    ['"a".matches("(a+)+b")', /unknown method \.matches/],
    ['[1].all(x, [1].all(y, true))', /inside another comprehension/],
    ['double("nan")', /not a finite number/],
    ['a b', /unexpected character/],
    [' ', /empty/],
    ['1u', /unsigned/],
    [`"${'x'.repeat(5_000)}"`, /more than 4096/],
  ])('%s', (source, message) => {
    expect(() => evaluateExpression(source, scope)).toThrow(ExpressionError);
    expect(() => evaluateExpression(source, scope)).toThrow(message);
  });

  test('a condition that is not a boolean', () => {
    expect(() => evaluateCondition('params.n', scope)).toThrow(/2, not true or false/);
  });

  test('reading never throws anything else, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        try {
          evaluateExpression(text, scope);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('checking', () => {
  const roots = {
    params: { fields: { trees: 'integer', from: 'string', flag: 'boolean' } },
    steps: { fields: { a: { fields: { data: 'artifact' } } } },
    window: { fields: { end: 'timestamp' } },
  } as const;

  test.each([
    ['params.trees', 'integer'],
    ['params.trees * 2', 'number'],
    ['steps.a.data', 'artifact'],
    ["window.end - duration('1h')", 'timestamp'],
    ['params.trees > 2', 'boolean'],
    ['"x" + params.from', 'string'],
  ])('%s is %s', (source, type) => {
    expect(checkExpression(source, roots)).toMatchObject({ ok: true, type });
  });

  test.each([
    ['params.tres', 'unknown-name', 0],
    ['1 + params.from', 'type', 0],
    ['true && nope', 'unknown-name', 8],
    ['steps.b.data', 'unknown-name', 0],
    ['params.flag ? 1 : (2 +)', 'syntax', 22],
  ])('%s is refused as %s at %i', (source, kind, offset) => {
    const checked = checkExpression(source, roots);
    expect(checked.ok).toBe(false);
    if (!checked.ok) expect(checked.problems[0]).toMatchObject({ kind, offset });
  });

  test('references leave variables of comprehensions out', () => {
    expect(references('steps.a.xs.map(x, x + params.n) == steps["b-c"].y')).toEqual([
      ['steps', 'a', 'xs'],
      ['params', 'n'],
      ['steps', 'b-c', 'y'],
    ]);
  });
});

describe('gates are finite and true', () => {
  const gate = 'metrics.mae <= 120 && (!has(champion.mae) || metrics.mae <= champion.mae * 1.02)';
  test.each([
    [gate, { mae: 98 }, null, true, /true with/],
    [gate, { mae: 98 }, { mae: 90 }, false, /false with/],
    [gate, { mae: 98 }, { mae: Number.NaN }, false, /champion.mae is NaN/],
    [gate, { mae: Number.NaN }, null, false, /metrics.mae is NaN/],
    ['!(metrics.mae > 120)', { mae: Number.NaN }, null, false, /metrics.mae is NaN/],
    ['metrics.mae < 1 || true', {}, null, false, /metrics.mae is missing/],
    ['metrics.rocAuc > 0.5', { mae: 98 }, null, false, /rocAuc is missing \(measured: mae\)/],
    [
      'metrics.mae < champion.mae',
      { mae: 98 },
      null,
      false,
      /no champion; let has\(champion.mae\)/,
    ],
    ['metrics.mae < champion.mae', { mae: 98 }, { r2: 1 }, false, /the champion has none/],
    ['metrics.mae < 1', { mae: Number.NEGATIVE_INFINITY }, null, false, /not finite/],
    ['metrics.all(m, !(metrics[m] > 5))', { a: Number.NaN }, null, false, /metrics.a is NaN/],
    ['metrics.mae', { mae: 1 }, null, false, /not true or false/],
    ['metrics.mae / 0 > 1', { mae: 1 }, null, false, /division by zero/],
  ])('%s over %j and %j: %s', (source, metrics, champion, passed, reason) => {
    const result = evaluateGate(source, { metrics: metrics as never, champion, params: {} });
    expect(result.passed).toBe(passed);
    expect(result.reason).toMatch(reason);
  });

  test('what was read is recorded', () => {
    const result = evaluateGate(gate, { metrics: { mae: 98 }, champion: null, params: {} });
    expect(result.values).toEqual({ 'metrics.mae': 98, 'champion.mae': null });
  });
});

describe('templates', () => {
  test.each([
    ['plain', 'plain'],
    ['${a.b}', { $expr: 'a.b' }],
    ['x ${a} y', { $concat: ['x ', { $expr: 'a' }, ' y'] }],
    ['$${a}', '${a}'],
    ['${ "}" }', { $expr: '"}"' }],
    ['${ {"a": 1} }', { $expr: '{"a": 1}' }],
    ['$', '$'],
  ])('%s', (text, template) => {
    expect(parseTemplate(text)).toMatchObject({ ok: true, template });
  });

  test.each([
    ['ab ${a', 3],
    ['${}', 0],
    ['${ "} }', 0],
  ])('%s is refused at %i', (text, offset) => {
    expect(parseTemplate(text)).toMatchObject({ ok: false, offset });
  });

  test('an artifact is handed on whole, and cannot stand inside text', () => {
    expect(resolveTemplate({ $expr: 'steps["clean-up"].data' }, scope)).toEqual(artifact);
    const inside = { $concat: ['--data=', { $expr: 'steps["clean-up"].data' }] };
    expect(() => resolveTemplate(inside, scope)).toThrow(/an object cannot stand inside text/);
  });

  test('a list keeps its length whatever the values are', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (value, rest) => {
        const argv = [{ $expr: 'params.v' }, { $concat: ['--x=', { $expr: 'params.v' }] }, ...rest];
        const resolved = resolveTemplate(argv, { params: { v: value } });
        expect(resolved).toEqual([value, `--x=${value}`, ...rest]);
      }),
    );
  });

  test('parsing never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => parseTemplate(text).ok !== undefined));
  });
});

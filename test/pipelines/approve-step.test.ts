import { describe, expect, it } from 'vitest';
import { compilePipeline } from '../../pipelines/compile.js';

const HEAD = 'apiVersion: millrace/v1\nname: asked\nsteps:\n';

function compiled(steps: string) {
  return compilePipeline(HEAD + steps, { file: 'p.yaml', baseDirectory: '/' });
}

/** `line:column message` of every error. */
function errors(steps: string): readonly string[] {
  const result = compiled(steps);
  return result.ok
    ? []
    : result.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('an approve step', () => {
  it('waits without limit unless it has a timeout of its own', () => {
    const result = compilePipeline(
      'apiVersion: millrace/v1\nname: asked\ndefaults: {timeout: 5m}\nsteps:\n' +
        '  ask: {uses: approve}\n  soon: {uses: approve, timeout: 3d, onTimeout: fail}\n' +
        '  after: {uses: noop, needs: [ask, soon]}\n',
      { file: 'p.yaml', baseDirectory: '/' },
    );
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    expect(
      result.plan.steps.map(({ id, timeoutMs, onTimeout }) => [id, timeoutMs, onTimeout]),
    ).toEqual([
      ['ask', 0, undefined],
      ['soon', 3 * 86_400_000, 'fail'],
      ['after', 300_000, undefined],
    ]);
    expect(result.warnings).toEqual([]);
  });

  it('gives what is filled in to later steps by its type', () => {
    expect(
      errors(
        '  ask: {uses: approve, with: {form: {budget: {type: integer}, note: {type: string}}}}\n' +
          '  a: {uses: noop, if: steps.ask.values.budget > 3, with: {n: "${steps.ask.values.note}"}}\n',
      ),
    ).toEqual([]);
    expect(
      errors(
        '  ask: {uses: approve, with: {form: {budget: {type: integer}}}}\n' +
          '  a: {uses: noop, with: {n: "${steps.ask.values.budgte}"}}\n',
      ),
    ).toEqual(['5:32 unknown name steps.ask.values.budgte']);
  });

  it.each([
    [
      '  a: {uses: noop, onTimeout: reject}',
      '4:19 onTimeout belongs to an approve step, this one is noop',
    ],
    [
      '  a: {uses: approve, onTimeout: reject}',
      '4:22 onTimeout without a timeout: the question waits without limit',
    ],
    [
      '  a: {uses: approve, retry: {maxAttempts: 2}}',
      '4:22 retry does not go with approve: people are asked once',
    ],
    ['  a: {uses: approve, with: {timeout: 3d}}', '4:38 timeout stands beside uses:, not in with'],
    [
      '  a: {uses: approve, with: {role: 7}}',
      '4:35 expected a name or a list of names, found the number 7',
    ],
    [
      '  a: {uses: approve, with: {form: {n: {type: integer, min: 5, max: 1}}}}',
      '4:60 min 5 is greater than max 1',
    ],
    ['  a: {uses: approve, with: {form: {n-1: {type: string}}}}', '4:36 n-1 is not a field name'],
    [
      '  a: {uses: approve, timeout: 1d, onTimeout: approve, with: {form: {n: {type: integer}}}}',
      '4:69 nobody fills in n when the deadline approves',
    ],
    [
      '  a: {uses: approve, with: {form: {n: {type: number, default: x}}}}',
      '4:63 the default of field n: "x" is text, not of type number',
    ],
  ])('refuses %s', (step, message) => {
    expect(errors(`${step}\n`)).toEqual([message]);
  });

  it('warns where nothing waits for the answer', () => {
    const result = compiled('  ask: {uses: approve}\n  go: {uses: noop}\n');
    expect(result.ok && result.warnings).toEqual([
      'no step needs ask: the run asks, but nothing waits for the answer; add needs: [ask] to what is to wait',
    ]);
  });
});

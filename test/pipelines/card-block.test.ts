import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

const FILE = 'apiVersion: millrace/v1\nname: demo\nsteps: {a: {uses: noop}}\n';

function compile(card: string) {
  return compilePipeline(`${FILE}${card}`, { file: 'demo.yaml', baseDirectory: '/' });
}

function messages(card: string): readonly string[] {
  const compiled = compile(card);
  return compiled.ok ? [] : compiled.errors.map(({ line, message }) => `${line}: ${message}`);
}

describe('the card block', () => {
  test('is in the plan as it was said; one statement is a list of one', () => {
    const compiled = compile(`card:
  intendedUse: to plan how many bicycles are where
  limitations: [no snow in the data, one city]
  owner: Mobility team
  licence: Apache-2.0
`);
    expect(compiled.ok && compiled.plan.card).toEqual({
      intendedUse: ['to plan how many bicycles are where'],
      limitations: ['no snow in the data', 'one city'],
      owner: 'Mobility team',
      licence: 'Apache-2.0',
    });
  });

  test('a file without one has the plan that it always had', () => {
    const compiled = compile('');
    expect(compiled.ok && Object.keys(compiled.plan)).not.toContain('card');
    const other = compile('card: {owner: Ada}');
    expect(compiled.ok && other.ok && compiled.planHash === other.planHash).toBe(false);
  });

  test.each([
    ['card: {license: MIT}', '4: unknown key license'],
    ['card: {risk: high}', '4: unknown key risk'],
    ['card: {owner: "  "}', '4: the text is empty'],
    ['card: {owner: [a, b]}', '4: expected text, found a list'],
    ['card: {limitations: 3}', '4: expected text or a list of texts, found the number 3'],
    ['card: {limitations: [a, 3]}', '4: expected text, found the number 3'],
    [`card: {owner: ${'x'.repeat(4_001)}}`, '4: the text is longer than 4000 characters'],
  ])('%.40s is refused', (card, message) => {
    expect(messages(card)).toEqual([message]);
  });
});

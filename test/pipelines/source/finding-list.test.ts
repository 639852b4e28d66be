import { expect, it } from 'vitest';
import { compilePipeline } from '../../../pipelines/compile.js';

const errorsOf = (text: string) => {
  const compiled = compilePipeline(`apiVersion: millrace/v1\nname: demo\n${text}`, {
    file: 'demo.yaml',
    baseDirectory: '/',
  });
  return compiled.ok ? [] : compiled.errors;
};

const steps = (count: number) =>
  `steps:\n${Array.from({ length: count }, (_, index) => `  s${index}: {uses: noop, needs: [gone]}`).join('\n')}\n`;

it('a hundred errors are told whole', () => {
  const errors = errorsOf(steps(100));
  expect(errors).toHaveLength(100);
  expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(['there is no step gone']));
});

it('of more the first hundred are told, and that there are more, in the last place', () => {
  const errors = errorsOf(steps(500));
  expect(errors).toHaveLength(101);
  expect(errors[99]).toMatchObject({ line: 103, message: 'there is no step gone' });
  expect(errors[100]).toMatchObject({
    line: 103,
    code: 'too-large',
    message: 'there is more: these are the first 100 errors',
  });
});

it('so it is with errors of the writing itself', () => {
  const twice = Array.from({ length: 500 }, () => 'again: 1').join(', ');
  const errors = errorsOf(`steps: {a: {uses: noop, with: {${twice}}}}\n`);
  expect(errors.map(({ code }) => code)).toEqual([
    ...Array(100).fill('duplicate-key'),
    'too-large',
  ]);
});

it('of a file that multiplies itself nothing else is told: what is left of it nobody wrote', () => {
  const keys = Array.from({ length: 300 }, (_, index) => `k${index}: 1`).join(', ');
  const wide = Array.from({ length: 500 }, (_, index) => `a${index}: {extends: t}`).join(', ');
  const errors = errorsOf(`templates: {t: {uses: noop, with: {${keys}}}}\nsteps: {${wide}}\n`);
  expect(errors.map(({ code }) => code)).toEqual(['too-large']);
});

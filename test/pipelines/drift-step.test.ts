// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { artifactUri, type JsonObject, type PlanStep } from '../../contracts/index.js';
import { stepKey } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/index.js';

function pipeline(inputs: string, condition = "steps.compare.verdict == 'drift'"): string {
  return [
    'apiVersion: millrace/v1',
    'name: demo',
    'steps:',
    '  then: { uses: ingest, with: { source: then.csv } }',
    '  now: { uses: ingest, with: { source: now.csv } }',
    `  compare: { uses: drift, with: ${inputs} }`,
    `  warn: { uses: noop, if: "${condition}" }`,
  ].join('\n');
}

const BOTH = 'reference: "${steps.then.data}", current: "${steps.now.data}"';

function compile(inputs: string, condition?: string) {
  const compiled = compilePipeline(pipeline(inputs, condition), {
    file: 'demo.yaml',
    baseDirectory: '/',
  });
  return compiled.ok ? [] : compiled.errors.map(({ code, text }) => `${code} ${text}`);
}

describe('a drift step', () => {
  test.each([
    `{ ${BOTH} }`,
    '{ reference: data/then.parquet, current: "${steps.now.data}", failOn: drift }',
    `{ ${BOTH}, test: kolmogorov-smirnov, alpha: 0.01, correction: bonferroni, share: 0.1, minEffect: 0, columns: [a] }`,
  ])('may be given %s', (inputs) => {
    expect(compile(inputs)).toEqual([]);
  });

  test.each([
    ['{ current: "${steps.now.data}" }', 'missing-key'],
    ['{ reference: "${steps.then.rows}", current: "${steps.now.data}" }', 'type-mismatch'],
    ['{ reference: then.csv, current: now.csv }', 'wrong-type'],
    [`{ ${BOTH}, alpha: 0 }`, 'out-of-range'],
    [`{ ${BOTH}, share: 1 }`, 'out-of-range'],
    [`{ ${BOTH}, correction: holm }`, 'bad-value'],
    [`{ ${BOTH}, failOn: insufficient }`, 'bad-value'],
    [`{ ${BOTH}, treshold: 0.1 }`, 'unknown-key'],
  ])('may not be given %s', (inputs, code) => {
    const errors = compile(inputs);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${code}`));
  });

  test('hands on what conditions may ask', () => {
    expect(
      compile(`{ ${BOTH} }`, 'steps.compare.drifted > 2 && steps.compare.share > 0.1'),
    ).toEqual([]);
    expect(compile(`{ ${BOTH} }`, 'steps.compare.drift')).toHaveLength(1);
  });

  test('is found again until the content of the file that it names changes', async () => {
    const baseDirectory = await mkdtemp(join(tmpdir(), 'millrace-drift-key-'));
    const sha256 = 'a'.repeat(64);
    const current = { uri: artifactUri(sha256), sha256, bytes: 1, mediaType: 'text/csv' };
    const inputs: JsonObject = { reference: 'then.csv', current };
    const keyNow = async () =>
      stepKey({
        pipeline: { model: null },
        step: { id: 'compare', kind: 'drift' } as PlanStep,
        inputs,
        baseDirectory,
        championVersion: null,
        environment: {},
      });
    await writeFile(join(baseDirectory, 'then.csv'), 'a\n1\n');
    const before = await keyNow();
    expect(await keyNow()).toEqual(before);
    await writeFile(join(baseDirectory, 'then.csv'), 'a\n2\n');
    const after = await keyNow();
    expect(after.key).not.toBe(before.key);
    expect(after).toMatchObject({ parts: { 'file:then.csv': expect.any(String) } });
    await rm(baseDirectory, { recursive: true });
  });
});

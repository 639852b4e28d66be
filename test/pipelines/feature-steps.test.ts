// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

function compiled(steps: string) {
  const text = `apiVersion: millrace/v1
name: rides
params: { from: { type: date, default: 2011-01-01 } }
steps:
  rides: { uses: ingest, with: { source: rides.parquet } }
  split: { uses: validate, with: { data: "\${steps.rides.data}", expect: [] } }
${steps}`;
  return compilePipeline(text, { file: 'rides.yaml', baseDirectory: '/' });
}

/** The errors of one step of this kind, `line code text`. */
function errors(uses: string, inputs: string) {
  const result = compiled(`  step: { uses: ${uses}, with: ${inputs} }`);
  return result.ok
    ? []
    : result.errors.map(({ line, code, message }) => `${line} ${code} ${message}`);
}

const DATA = 'data: "${steps.split.data}"';
const RIDES = 'inputs: { rides: "${steps.rides.data}" }';

describe('a transform step', () => {
  test.each([
    `{ sql: FROM rides, ${RIDES} }`,
    `{ sql: FROM rides WHERE hour >= $from, ${RIDES}, values: { from: "\${params.from}" }, time: hour, memoryMb: 512 }`,
  ])('may be given %s', (inputs) => {
    expect(errors('transform', inputs)).toEqual([]);
  });

  test.each([
    [`{ ${RIDES} }`, /^7 missing-key/],
    ['{ sql: FROM rides }', /^7 missing-key/],
    ['{ sql: FROM rides, inputs: {} }', /^7 \S+ no input/],
    ['{ sql: FROM rides, inputs: { rides: rides.parquet } }', /^7 wrong-type/],
    ['{ sql: FROM rides, inputs: { "2011": "${steps.rides.data}" } }', /^7 \S+ .*bare/],
    [`{ sql: "FROM rides WHERE x > \${params.from}", ${RIDES} }`, /written out/],
    [`{ sql: FROM rides, ${RIDES}, values: { a: "\${steps.rides.data}" } }`, /^7 type-mismatch/],
    [`{ sql: FROM rides, ${RIDES}, memory: 1 }`, /^7 unknown-key/],
  ])('may not be given %s', (inputs, problem) => {
    const found = errors('transform', inputs);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  test('knows the line of the file on which its SQL begins, which is no part of what it does', () => {
    const plan = (comment: string) => {
      const result = compiled(`${comment}  step:
    uses: transform
    with:
      inputs: { rides: "\${steps.rides.data}" }
      sql: |
        SELECT *
        FROM rides
`);
      if (!result.ok) throw new Error(JSON.stringify(result.errors));
      return { line: result.plan.steps.at(-1)?.sqlLine, hash: result.planHash };
    };
    const [plain, commented] = [plan(''), plan('  # rides by the hour\n')];
    expect([plain.line, commented.line]).toEqual([12, 13]);
    expect(plain.hash).toBe(commented.hash);
  });
});

describe('an impute step', () => {
  test.each([
    `{ ${DATA}, columns: { wind: median, sky: { constant: clear }, gust: { forwardFill: { by: station } } } }`,
    `{ ${DATA}, holdout: "\${steps.split.holdout}", target: bikes, numbers: mean, texts: mode }`,
  ])('may be given %s', (inputs) => {
    expect(errors('impute', inputs)).toEqual([]);
  });

  test.each([
    [`{ ${DATA} }`, /no column is named/],
    [`{ ${DATA}, columns: {} }`, /no column is named/],
    [`{ ${DATA}, columns: { wind: meadian } }`, /bad-value unknown strategy/],
    [`{ ${DATA}, columns: { wind: { constnt: 3 } } }`, /one key, constant or forwardFill/],
    [`{ ${DATA}, numbers: mean }`, /numbers would change the target/],
    [`{ ${DATA}, columns: { wind: { constant: null } } }`, /wrong-type/],
    ['{ columns: { wind: mean } }', /missing-key/],
  ])('may not be given %s', (inputs, problem) => {
    expect(errors('impute', inputs).join('\n')).toMatch(problem);
  });
});

describe('an encode step', () => {
  test.each([
    `{ ${DATA}, columns: { wind: standard, size: { ordinal: [small, large] }, note: { tfIdf: { ngrams: [1, 2], maxTerms: 500 } } } }`,
    `{ ${DATA}, target: bikes, exclude: [station], numbers: minMax, texts: oneHot }`,
  ])('may be given %s', (inputs) => {
    expect(errors('encode', inputs)).toEqual([]);
  });

  test.each([
    [`{ ${DATA}, columns: { wind: standrd } }`, /unknown encoding/],
    [`{ ${DATA}, columns: { note: { tfIdf: { maxTerm: 3 } } } }`, /unknown-key .*maxTerm/],
    [`{ ${DATA}, columns: { size: { ordinal: [small, small] } } }`, /named twice/],
    [`{ ${DATA}, columns: { note: { tfIdf: { ngrams: [3, 2] } } } }`, /longer than the longest/],
    [`{ ${DATA}, columns: { note: { tfIdf: { ngrams: [0, 2] } } } }`, /out-of-range/],
  ])('may not be given %s', (inputs, problem) => {
    expect(errors('encode', inputs).join('\n')).toMatch(problem);
  });
});

describe('a select step', () => {
  test.each([
    `{ ${DATA}, target: bikes, method: mutualInformation, keep: 5 }`,
    `{ ${DATA}, target: bikes, method: pca, atLeast: 0.95 }`,
    `{ ${DATA}, target: bikes, method: correlation, atLeast: 0.1, maxCorrelation: 0.9 }`,
  ])('may be given %s', (inputs) => {
    expect(errors('select', inputs)).toEqual([]);
  });

  test.each([
    [`{ ${DATA}, target: bikes, method: pca, atLeast: 2 }`, /a share of the variance/],
    [`{ ${DATA}, target: bikes, method: anova }`, /how many columns stay/],
    [`{ ${DATA}, target: bikes, method: recursive, atLeast: 1 }`, /recursive needs/],
    [`{ ${DATA}, target: bikes, method: anova, keep: 1, atLeast: 1 }`, /exclude each other/],
    [`{ ${DATA}, target: bikes, method: anovva, keep: 1 }`, /unknown method/],
    [`{ ${DATA}, method: anova, keep: 1 }`, /missing-key/],
  ])('may not be given %s', (inputs, problem) => {
    expect(errors('select', inputs).join('\n')).toMatch(problem);
  });
});

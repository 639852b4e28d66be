import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { profileFile } from '../../monitoring/datasets/profile-file.js';
import { readProfileFile, writeProfileFile } from '../../monitoring/datasets/profile-store.js';
import { suggestSuite } from '../../monitoring/datasets/profile-suggest.js';
import * as drift from '../../monitoring/drift/index.js';
import { expectationOf } from '../../monitoring/drift/profiles/index.js';
import { runExamples } from './run-examples.js';

const PAGE = 'docs/statistics/profiles.md';
const BIKES = 'pipelines/examples/bike-demand/data/bike-hours.parquet';

describe(`the examples of ${PAGE}`, () => {
  const examples = runExamples(PAGE, drift);

  it('claim what they give', () => {
    expect(examples.flat()).toHaveLength(5);
  });

  it.each(examples.flat())('$line', ({ actual, expected }) => {
    expect(actual).toEqual(expected);
  });

  it('suggest for the bikes what the page shows', async () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
    const { profile } = await profileFile(BIKES, { columns: ['humidity', 'weather'] });
    const { suggestions } = await suggestSuite(BIKES, profile);
    const { expect: shown } = parse(yaml) as { expect: unknown[] };
    expect(suggestions.map(expectationOf)).toEqual(expect.arrayContaining(shown));
  });

  it('name every field of a stored column', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-docs-'));
    try {
      const { profile } = await profileFile(BIKES);
      await writeProfileFile(profile, join(directory, 'bikes.json'));
      expect((await readProfileFile(join(directory, 'bikes.json'))).rows).toBe(17_379);
      const page = await readFile(PAGE, 'utf8');
      const stored = JSON.parse(await readFile(join(directory, 'bikes.json'), 'utf8')) as {
        columns: object[];
      };
      const fields = new Set([stored, ...stored.columns].flatMap((one) => Object.keys(one)));
      const table = page.slice(page.indexOf('## The file'), page.indexOf('## How'));
      expect(
        [...fields].filter((field) => !new RegExp(`[\`| ]${field}[\`, ]`).test(table)),
      ).toEqual([]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

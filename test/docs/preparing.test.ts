import { expect, it } from 'vitest';
import { packageRoot } from '../../setup/places.mjs';
import { createWorld } from '../models/serving/serving-fixture.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../python/python.js';
import { runSteps } from '../support/run-steps.js';
import { fences, pages } from './documents.js';

const BEFORE = `apiVersion: millrace/v1
name: preparing
steps:
  ingest:
    uses: ingest
    with: { source: data/bike-hours.parquet, time: hour, to: 2011-04-01 }
  split:
    uses: validate
    with: { data: "\${steps.ingest.data}", expect: [] }
`;

it.skipIf(WITHOUT_PYTHON)(
  `the examples of docs/preparing.md are the steps of one pipeline that runs${PYTHON_NOTE}`,
  async () => {
    const page = pages().find(({ path }) => path === 'docs/preparing.md');
    if (page === undefined) throw new Error('there is no docs/preparing.md');
    const steps = fences(page)
      .filter(({ language }) => language === 'yaml')
      .map(({ text }) => text.replace(/^(?=.)/gm, '  '));
    const cleanUps: (() => Promise<void>)[] = [];
    try {
      const world = await createWorld((work) => cleanUps.push(work));
      const baseDirectory = `${packageRoot()}/pipelines/examples/bike-demand`;
      const run = { text: BEFORE + steps.join(''), baseDirectory };
      const outputs = await runSteps(world, run, (work) => cleanUps.push(work));
      const valuesOf = (id: string) => outputs.get(id)?.values;
      expect(valuesOf('days')?.['schema']).toEqual([
        { name: 'day', kind: 'timestamp' },
        { name: 'temperature', kind: 'number' },
        { name: 'rentals', kind: 'integer' },
      ]);
      expect(valuesOf('known')?.['rows']).toBe(valuesOf('days')?.['rows']);
      expect(valuesOf('fill')?.['filled']).toMatchObject({ weather: 0, temperature: 0 });
      expect(valuesOf('numbers')?.['columns']).toBeGreaterThan(15);
      expect(valuesOf('words')?.['columns']).toBeGreaterThan(13);
      expect(valuesOf('best')?.['selected']).toHaveLength(5);
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  },
);

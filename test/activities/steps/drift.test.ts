import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drift } from '../../../activities/steps/drift.js';
import { type ArtifactRef, type DriftReport, MEDIA_TYPE } from '../../../contracts/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import type { Table } from '../../../storage/tabular/index.js';
import { stepsBench } from './steps-bench.js';

const bench = stepsBench();
const ROWS = 500;

/** Two columns of noise, the first moved by so much. */
function table(seed: number, shift: number): Table {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random();
  return {
    rows: ROWS,
    metadata: {},
    columns: [
      {
        name: 'humidity',
        kind: 'number',
        values: Float64Array.from({ length: ROWS }, () => noise() + shift),
      },
      { name: 'wind', kind: 'number', values: Float64Array.from({ length: ROWS }, noise) },
    ],
  };
}

async function compare(shift: number, more: { readonly [name: string]: unknown } = {}) {
  const reference = await bench().put(table(1, 0));
  const current = await bench().put(table(2, shift));
  return bench().work('drift', drift, { reference, current, ...more });
}

async function text(ref: ArtifactRef | undefined): Promise<string> {
  if (ref === undefined) throw new Error('there is no such artifact');
  return readFile(await bench().artifacts.localPath(ref), 'utf8');
}

describe('drift', () => {
  it('hands on the verdict, the report and its page', async () => {
    const { outputs } = await compare(1);
    expect(outputs.values).toEqual({ verdict: 'drift', share: 0.5, drifted: 1, columns: 2 });
    const { report, page } = outputs.artifacts;
    expect(report?.mediaType).toBe(MEDIA_TYPE.drift);
    expect(page?.mediaType).toBe('text/html');
    const { columns } = JSON.parse(await text(report)) as DriftReport;
    expect(columns.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      'humidity: drift',
      'wind: no-drift',
    ]);
    expect(await text(page)).toContain('1 of 2 columns drifted');
  });

  it('finds none where there is none', async () => {
    const { outputs } = await compare(0);
    expect(outputs.values).toEqual({ verdict: 'no-drift', share: 0, drifted: 0, columns: 2 });
  });

  it('compares what is named, as is asked for', async () => {
    const only = await compare(1, { columns: ['wind'], test: 'mann-whitney', correction: 'none' });
    const { columns, dataset } = JSON.parse(await text(only.outputs.artifacts['report']));
    expect(columns).toMatchObject([{ name: 'wind', test: 'mann-whitney' }]);
    expect(dataset.method).toBe('uncorrected');
    // Half of the columns is not more than half of them.
    const half = await compare(1, { share: 0.5 });
    expect(half.outputs.values).toMatchObject({ verdict: 'no-drift', drifted: 1 });
    const large = await compare(1, { minEffect: 0.999 });
    expect(large.outputs.values).toMatchObject({ verdict: 'no-drift', drifted: 0 });
  });

  it('reads a reference from a file beside the pipeline', async () => {
    const rows = Array.from({ length: ROWS }, (_, i) => `${i / ROWS},${(i * 7) % 13}`);
    await writeFile(join(bench().base, 'then.csv'), `humidity,wind\n${rows.join('\n')}\n`);
    const current = await bench().put(table(2, 0));
    const { outputs } = await bench().work('drift', drift, { reference: 'then.csv', current });
    expect(outputs.values).toMatchObject({ verdict: 'drift', columns: 2 });
    expect(JSON.parse(await text(outputs.artifacts['report'])).reference.source).toBe('then.csv');
  });

  it('fails on drift where it is asked to, naming the columns', async () => {
    await expect(compare(1, { failOn: 'drift' })).rejects.toMatchObject({
      type: 'ExpectationFailed',
      message: expect.stringContaining('1 of 2 columns drifted: humidity'),
    });
    const { outputs } = await compare(0, { failOn: 'drift' });
    expect(outputs.values['verdict']).toBe('no-drift');
  });

  it.each([
    [{ test: 'kolmogorov-smirnof' }, /kolmogorov-smirnov/],
    [{ alpha: 2 }, /alpha must be in \(0, 1\)/],
    [{ columns: ['humdity'] }, /humidity/],
    [{ reference: 'nowhere.csv' }, /nowhere\.csv/],
  ])('refuses %o', async (inputs, message) => {
    const failure = await compare(1, inputs).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'InvalidInput' });
    const { message: told, hint = '' } = failure as { message: string; hint?: string };
    expect(`${told}; ${hint}`).toMatch(message);
  });
});

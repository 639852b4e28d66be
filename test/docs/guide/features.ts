import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Lineage } from '../../../models/packaging/lineage/lineage.js';
import { compilePipeline } from '../../../pipelines/index.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { document } from '../../cli/millrace.js';
import { EXAMPLES, fragments, session, words } from './examples.js';
import type { Accounts, Guide } from './guide.js';

const PAGE = 'docs/features.md';
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2024, 4, 1);
const DAYS = 20;
const RIDERS = [1, 2, 3, 4];

/** Four riders, each with one row a day; each rides once a day, at noon. */
async function prepare({ stack, write }: Guide): Promise<void> {
  const rows = RIDERS.flatMap((rider) =>
    Array.from({ length: DAYS }, (_, day) => ({ rider, day, trips: (rider * 7 + day * 3) % 11 })),
  );
  const column = (
    name: string,
    kind: 'integer' | 'number' | 'timestamp',
    of: (row: Row) => number,
  ) => ({ name, kind, values: Float64Array.from(rows, of) }) as const;
  mkdirSync(join(stack.directory, 'data/riders'), { recursive: true });
  await writeParquet(
    {
      rows: rows.length,
      metadata: {},
      columns: [
        column('rider_id', 'integer', ({ rider }) => rider),
        column('known_at', 'timestamp', ({ day }) => FIRST_MS + day * DAY_MS),
        column('trips', 'integer', ({ trips }) => trips),
        column('mean_fare', 'number', ({ rider, day }) => rider + day / 10),
      ],
    },
    join(stack.directory, 'data/riders/may.parquet'),
  );
  const noon = (day: number) => new Date(FIRST_MS + (day + 0.5) * DAY_MS).toISOString();
  const hours = Array.from({ length: DAYS }, (_, day) => `north,${noon(day)},${day % 3}`);
  write('data/weather.csv', `station,hour_end,rain\n${hours.join('\n')}\n`);
  const rides = rows.map(
    ({ rider, day, trips }) => `${rider},north,${noon(day)},${5 + trips + rider + (day % 3)}`,
  );
  write('data/rides.csv', `rider_id,station,started_at,fare\n${rides.join('\n')}\n`);
}

interface Row {
  readonly rider: number;
  readonly day: number;
  readonly trips: number;
}

export const FEATURES: Accounts = {
  'keep-online': async (guide) => {
    await prepare(guide);
    expect((await guide.run('keep-online')).values('materialize')).toMatchObject({ entities: 4 });
    let said = '';
    for (const line of session(PAGE)) {
      const { code, stdout, stderr } = await guide.cli(...words(line));
      expect([line, code, code === 0 ? '' : stderr]).toEqual([line, 0, '']);
      said = stdout;
    }
    // (1 · 7 + 19 · 3) modulo 11, and 1 + 19 / 10.
    expect(said).toContain('mean_fare = 2.9\ntrips = 9\n');
  },
};

/** Trains with Python. */
export const LEARNED_FROM_FEATURES: Accounts = {
  fares: async (guide) => {
    await prepare(guide);
    const { result, values } = await guide.run('fares');
    expect(result.status).toBe('completed');
    expect(values('join')).toEqual({
      rows: DAYS * RIDERS.length,
      missing: { 'rider-activity': 0, 'station-weather': 0 },
    });
    const lineage = document<Lineage>(await guide.cli('models', 'lineage', 'fares@1', '--json'));
    expect(lineage.features).toMatchObject([
      { view: 'rider-activity', columns: ['mean_fare', 'trips'] },
      { view: 'station-weather', columns: ['rain'] },
    ]);
    expect(lineage.data.filter(({ role }) => role === 'source').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['data/rides.csv', 'data/weather.csv', 'data/riders/may.parquet']),
    );
    const card = await guide.cli('models', 'card', 'fares@1');
    expect(card.stdout).toMatch(/\| rider-activity \| `rider_id` \| `mean_fare`, `trips` \|/);

    const whole = EXAMPLES.find(({ name }) => name === 'fares')?.text ?? '';
    const blocks = [...fragments(PAGE, 'serve'), ...fragments(PAGE, 'monitor')];
    expect(blocks).toHaveLength(2);
    const options = { file: 'fares.yaml', baseDirectory: guide.stack.directory };
    const compiled = compilePipeline(`${whole}${blocks.join('')}`, options);
    expect(compiled.ok ? [] : compiled.errors).toEqual([]);
  },
};

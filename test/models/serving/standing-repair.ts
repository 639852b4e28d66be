import { createClient } from '@libsql/client';
import type { Repair } from '../../../contracts/index.js';
import type { World } from './serving-fixture.js';

const MODEL = 'bike-demand';
const BASE = {
  model: MODEL,
  asOf: '2011-07-01T00:00:00Z',
  since: '2026-01-01T00:00:00.000Z',
  reason: 'a test asks',
} as const;

export function impute(feature: string, value: number | string | boolean): Repair {
  return { ...BASE, key: `impute/${feature}`, kind: 'impute', feature, value };
}

export function fallback(version: number): Repair {
  return { ...BASE, key: 'fallback', kind: 'fallback', version };
}

/** Writes the rows that `manageModel` has written when a repair begins or is lifted. */
export async function openRepairs(world: World) {
  const sql = createClient({ url: `file:${world.home.registryFile}`, timeout: 10_000 });
  return {
    begin: (repair: Repair) =>
      sql.execute({
        sql: `INSERT INTO repairs (model, repair_key, kind, lifted_at, content)
          VALUES (?, ?, ?, NULL, ?)
          ON CONFLICT DO UPDATE SET lifted_at = NULL, content = excluded.content`,
        args: [repair.model, repair.key, repair.kind, JSON.stringify(repair)],
      }),
    lift: ({ model, key }: Repair) =>
      sql.execute({
        sql: 'UPDATE repairs SET lifted_at = ? WHERE model = ? AND repair_key = ?',
        args: [new Date().toISOString(), model, key],
      }),
    /** Hides the table: to every process the registry cannot be read. */
    hide: () => sql.execute('ALTER TABLE repairs RENAME TO repairs_away'),
    show: () => sql.execute('ALTER TABLE repairs_away RENAME TO repairs'),
    close: () => sql.close(),
  };
}

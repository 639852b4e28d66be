import { createClient } from '@libsql/client';
import type { Repair } from '../../../contracts/index.js';
import { ledgerEntry } from '../registry/sample-records.js';
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

/** Begins and lifts repairs as `manageModel` does, and takes the table away from every reader. */
export async function openRepairs({ home, registry }: World) {
  const sql = createClient({ url: `file:${home.registryFile}`, timeout: 10_000 });
  let lines = 0;
  const line = (action: 'repaired' | 'repair-lifted') => {
    lines += 1;
    return ledgerEntry(MODEL, `${action}/${lines}`, { action });
  };
  return {
    // One that begins again is newer than its lifting.
    begin: (repair: Repair) =>
      registry.beginRepair(
        { ...repair, since: new Date(Date.now() + 1).toISOString() },
        line('repaired'),
      ),
    lift: ({ key }: Repair) =>
      registry.liftRepair(key, new Date().toISOString(), line('repair-lifted')),
    hide: () => sql.execute('ALTER TABLE repairs RENAME TO repairs_away'),
    show: () => sql.execute('ALTER TABLE repairs_away RENAME TO repairs'),
    close: () => sql.close(),
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { startPostgres, type TestPostgres } from '../../support/postgres.js';

export type StoreName = 'SQLite' | 'Postgres';

/** Where the tests of one store keep their registries. */
export interface Places {
  readonly store: StoreName;
  /** A place that nobody has used. */
  fresh(): Promise<string>;
}

/** The same specification for a registry in a file and one in a real Postgres. */
export function onEachStore(specify: (places: Places) => void): void {
  describe('on SQLite', () => {
    let directory: string;
    let made = 0;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'registry-'));
    });
    afterAll(() => rm(directory, { recursive: true, force: true }));
    specify({
      store: 'SQLite',
      async fresh() {
        made += 1;
        return join(directory, `a state # dir ${made}`, 'registry.db');
      },
    });
  });

  describe('on Postgres', () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres?.stop());
    specify({ store: 'Postgres', fresh: () => postgres.newPlace() });
  });
}

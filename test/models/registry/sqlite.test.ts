import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConstraintViolation } from '../../../models/registry/errors.js';
import { openRegistryReader, openRegistryWriter } from '../../../models/registry/index.js';
import { MIGRATIONS } from '../../../models/registry/migrations.js';
import { SqliteConnection } from '../../../models/registry/sqlite/connection.js';
import { registryError } from '../../../models/registry/sqlite/errors.js';
import { migrate } from '../../../models/registry/sqlite/migrator.js';
import { ledgerEntry, newVersion, run, transition } from './sample-records.js';

let directory: string;
let file: string;
let clients: Client[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-sqlite-'));
  file = join(directory, 'registry.db');
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await rm(directory, { recursive: true });
});

/** Another program at the same file. */
function outsider(): Client {
  const client = createClient({ url: pathToFileURL(file).href, timeout: 100, concurrency: 1 });
  clients.push(client);
  return client;
}

const insert = { sql: 'INSERT INTO notes VALUES (?)', parameters: ['x'] };

describe('a connection', () => {
  const open = (synchronous: 'FULL' | 'NORMAL', timeoutMs = 5_000, readOnly = false) =>
    SqliteConnection.open(file, { timeoutMs, synchronous, readOnly });

  const synchronous = async (connection: SqliteConnection) =>
    (await connection.execute({ sql: 'PRAGMA synchronous', parameters: [] })).rows[0]?.[
      'synchronous'
    ];

  beforeEach(async () => {
    await outsider().execute('PRAGMA journal_mode=WAL');
    await outsider().execute('CREATE TABLE notes (note TEXT UNIQUE)');
  });

  it.each([
    ['FULL', 2],
    ['NORMAL', 1],
  ] as const)('keeps synchronous=%s after batches, errors and locks', async (level, code) => {
    const connection = open(level);
    expect(await synchronous(connection)).toBe(code);
    await connection.writeBatch([insert]);
    expect(await synchronous(connection)).toBe(code);

    const twice = connection.writeBatch([insert]);
    const alongside = synchronous(connection);
    await expect(twice).rejects.toSatisfy(isConstraintViolation);
    expect(await alongside).toBe(code);

    const holder = await outsider().transaction('write');
    const waiting = connection.execute({ sql: 'DELETE FROM notes', parameters: [] });
    setTimeout(() => holder.close(), 150);
    await waiting;
    expect(await synchronous(connection)).toBe(code);
    await connection.close();
  });

  it('waits for a lock while the event loop goes on, and what it then writes is committed', async () => {
    const connection = open('FULL');
    const holder = await outsider().transaction('write');
    const waiting = connection.writeBatch([insert]);
    // Longer than SQLite's own wait: the batch has met the lock at least once when it goes.
    setTimeout(() => holder.close(), 150);
    await waiting;
    await connection.execute({ ...insert, parameters: ['y'] });

    const other = outsider();
    const { rows } = await other.execute('SELECT note FROM notes ORDER BY note');
    expect(rows.map((row) => row['note'])).toEqual(['x', 'y']);
    await other.execute("INSERT INTO notes VALUES ('z')");
    await connection.close();
  });

  it('says that the file is locked when the wait was in vain, and works afterwards', async () => {
    const connection = open('FULL', 120);
    const holder = await outsider().transaction('write');
    await expect(connection.writeBatch([insert])).rejects.toMatchObject({
      type: 'RegistryUnavailable',
      message: expect.stringContaining('is locked by another process'),
      hint: expect.stringContaining('try again'),
    });
    holder.close();
    await connection.writeBatch([insert]);
    expect((await outsider().execute('SELECT count(*) AS n FROM notes')).rows[0]?.['n']).toBe(1);
    await connection.close();
  });

  it('that is read-only cannot write', async () => {
    const connection = open('NORMAL', 100, true);
    await expect(connection.execute(insert)).rejects.toMatchObject({
      type: 'RegistryUnavailable',
      message: expect.stringContaining('cannot be written'),
    });
    await connection.close();
  });
});

describe('errors', () => {
  it('name a full disk and what to do', async () => {
    const client = outsider();
    await client.execute('PRAGMA max_page_count=3');
    await client.execute('CREATE TABLE notes (note TEXT)');
    const full = await client
      .execute({ sql: 'INSERT INTO notes VALUES (?)', args: ['x'.repeat(50_000)] })
      .catch((error: unknown) => error);
    expect(registryError(full, file)).toMatchObject({
      type: 'RegistryUnavailable',
      message: expect.stringContaining('the disk is full'),
      hint: expect.stringContaining('free some space'),
    });
  });

  it('name a file whose directory is not there', () => {
    const missing = join(directory, 'missing', 'registry.db');
    const open = () =>
      SqliteConnection.open(missing, { timeoutMs: 100, synchronous: 'FULL', readOnly: false });
    expect(open).toThrow(expect.objectContaining({ type: 'RegistryUnavailable' }));
  });

  it('name a directory that cannot be made', async () => {
    await expect(openRegistryWriter('/dev/null/state/registry.db')).rejects.toMatchObject({
      type: 'RegistryUnavailable',
      message: expect.stringContaining('/dev/null/state'),
    });
  });

  it('of a wrong statement are a defect of ours', async () => {
    const wrong = await outsider()
      .execute('SELEKT')
      .catch((error: unknown) => error);
    expect(registryError(wrong, file).type).toBe('Internal');
  });
});

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it('run once each, whoever comes at the same moment', async () => {
    await Promise.all(Array.from({ length: 8 }, () => migrate(file, 5_000)));
    const next = {
      version: MIGRATIONS.length + 1,
      statements: ['CREATE TABLE later (a TEXT)', "INSERT INTO later VALUES ('once')"],
    };
    await Promise.all(Array.from({ length: 8 }, () => migrate(file, 5_000, [...MIGRATIONS, next])));
    const { rows } = await outsider().execute('SELECT a FROM later');
    expect(rows.map((row) => row['a'])).toEqual(['once']);
    expect((await outsider().execute('PRAGMA journal_mode')).rows[0]?.['journal_mode']).toBe('wal');
  });

  it('change nothing when one of their statements fails', async () => {
    const broken = {
      version: 1,
      statements: ['CREATE TABLE a (x TEXT)', 'CREATE TABLE a (x TEXT)'],
    };
    await expect(migrate(file, 1_000, [broken])).rejects.toMatchObject({ type: 'Internal' });
    await migrate(file, 1_000);
    await (await openRegistryWriter(file)).close();
  });

  it('let a request be found in the ledger without reading it', async () => {
    await migrate(file, 1_000);
    const { rows } = await outsider().execute(
      "EXPLAIN QUERY PLAN SELECT entry_key FROM ledger WHERE model = 'm' AND json_extract(evidence, '$.requestId') = 'r'",
    );
    expect(String(rows[0]?.['detail'])).toContain(
      'USING INDEX ledger_requests (model=? AND <expr>=?)',
    );
  });

  it('keep what an older schema holds', async () => {
    const registry = await openRegistryWriter(file);
    await registry.openRun(run('run-1'));
    await registry.close();
    const next = { version: MIGRATIONS.length + 1, statements: ['CREATE TABLE later (a TEXT)'] };
    await migrate(file, 1_000, [...MIGRATIONS, next]);
    const { rows } = await outsider().execute('SELECT run_id FROM runs');
    expect(rows.map((row) => row['run_id'])).toEqual(['run-1']);
  });

  it('of a newer millrace are refused with both versions', async () => {
    await (await openRegistryWriter(file)).close();
    await outsider().execute('PRAGMA user_version=999');
    for (const open of [openRegistryWriter, openRegistryReader]) {
      await expect(open(file)).rejects.toMatchObject({
        type: 'RegistryUnavailable',
        message: expect.stringContaining('schema version 999'),
        hint: expect.stringContaining('newer millrace'),
      });
    }
  });
});

describe('the file itself', () => {
  it('refuses to change a version or a line of the ledger, whoever asks', async () => {
    const registry = await openRegistryWriter(file);
    await registry.registerVersion('e1', newVersion('m'), 'cli', 'why');
    await registry.transition(transition('m', 1, 1));
    await registry.appendLedger(ledgerEntry('m', 'noted', { action: 'paused' }));
    for (const statement of [
      "UPDATE versions SET manifest = '{}'",
      'DELETE FROM versions',
      "UPDATE ledger SET reason = 'better'",
      'DELETE FROM ledger',
    ]) {
      await expect(outsider().execute(statement)).rejects.toThrow(/immutable|never|append-only/);
    }
    await outsider().execute("UPDATE versions SET approval = 'rejected'");
    expect((await registry.version('m', 1))?.approval).toBe('rejected');
    await registry.close();
  });
});

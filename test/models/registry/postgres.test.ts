import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isMillraceError } from '../../../contracts/index.js';
import {
  openRegistryReader,
  openRegistryWriter,
  REGISTRY_URL,
  registryPlace,
} from '../../../models/registry/index.js';
import { MIGRATIONS } from '../../../models/registry/migrations.js';
import { toPostgres } from '../../../models/registry/postgres/schema-sql.js';
import { eventually } from '../../support/eventually.js';
import { startPostgres, type TestPostgres } from '../../support/postgres.js';
import { ledgerEntry, newVersion, reviewItem, run, transition } from './sample-records.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

/** What was thrown, with everything that a log could make of it. */
async function failure(work: Promise<unknown>): Promise<{ type: string; said: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isMillraceError(error)) throw new Error(`no failure of ours: ${error}`);
  return { type: error.type, said: `${error.message} | ${error.hint}` };
}

describe('the place of the registry', () => {
  const home = { registryFile: '/srv/.millrace/registry.db' };

  it('is the file of the state directory unless the environment names a database', () => {
    const url = 'postgresql://me:pw@db.example:5432/registry';
    expect(registryPlace(home, {})).toBe(home.registryFile);
    expect(registryPlace(home, { [REGISTRY_URL]: '' })).toBe(home.registryFile);
    expect(registryPlace(home, { [REGISTRY_URL]: url })).toBe(url);
  });

  it.each(['mysql://me:hush@db/registry', '/srv/registry.db', 'postgres://me:hush@db:port/x'])(
    'refuses %s without repeating it',
    (url) => {
      const ask = () => registryPlace(home, { [REGISTRY_URL]: url });
      expect(ask).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
      expect(ask).not.toThrow(/hush|srv/);
    },
  );
});

describe('a server that cannot be used is told of without its password', () => {
  it.each([
    ['whose password is wrong', { password: 'not it' }, /refuses the password .*check user and/],
    ['without such a database', { database: 'nowhere' }, /no such database .*CREATE DATABASE/],
  ] as const)('%s', async (_, parts, words) => {
    const url = postgres.url(parts);
    for (const open of [openRegistryReader, openRegistryWriter]) {
      const { type, said } = await failure(open(url));
      expect(type).toBe('RegistryUnavailable');
      expect(said).toMatch(words);
      expect(said).toContain('postgres://postgres@127.0.0.1:');
      expect(said).not.toContain('not it');
      expect(said).not.toMatch(/a password|a%20password/);
    }
  });

  it('that has no schema of that name, also to read', async () => {
    const nowhere = `${postgres.url()}?options=${encodeURIComponent('-c search_path=nowhere')}`;
    for (const open of [openRegistryReader, openRegistryWriter]) {
      expect(await failure(open(nowhere))).toEqual({
        type: 'RegistryUnavailable',
        said: expect.stringMatching(/no schema to use.*create the schema/),
      });
    }
  });

  it('that has no TLS, which is asked for in the words of any client, and without a warning', async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => warnings.push(message);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      const { type, said } = await failure(openRegistryReader(`${postgres.url()}?sslmode=${mode}`));
      expect(type).toBe('RegistryUnavailable');
      expect(said).toMatch(/cannot be reached over TLS .*sslmode/);
    }
    expect(warnings).toEqual([]);
  });

  it('that is away', async () => {
    const { type, said } = await failure(
      openRegistryWriter('postgres://me:hush@127.0.0.1:1/registry'),
    );
    expect(type).toBe('RegistryUnavailable');
    expect(said).toMatch(/me@127\.0\.0\.1:1\/registry cannot be reached .*ECONNREFUSED/);
    expect(said).not.toContain('hush');
  });

  it('whose schema is of a newer millrace', async () => {
    const place = await postgres.newPlace();
    await (await openRegistryWriter(place)).close();
    await postgres.query(place, 'UPDATE registry_schema SET version = 999');
    for (const open of [openRegistryWriter, openRegistryReader]) {
      expect(await failure(open(place))).toEqual({
        type: 'RegistryUnavailable',
        said: expect.stringMatching(/schema version 999.*newer millrace/),
      });
    }
  });

  it('that was killed: what was acknowledged is there once it is back, on the same connections', async () => {
    const place = await postgres.newPlace();
    const registry = await openRegistryWriter(place);
    await registry.openRun(run('run-1'));
    await postgres.kill();
    expect((await failure(registry.run('run-1'))).type).toBe('RegistryUnavailable');
    await postgres.start();
    await eventually(async () => {
      expect(await registry.run('run-1')).toEqual(run('run-1'));
    });
    await registry.openRun(run('run-2'));
    expect(await registry.runs()).toHaveLength(2);
    await registry.close();
  });
});

describe('the database itself', () => {
  it('has the newest schema once, whoever comes at the same moment', async () => {
    let place = '';
    for (let round = 0; round < 5; round += 1) {
      place = await postgres.newPlace();
      const writers = await Promise.all(Array.from({ length: 6 }, () => openRegistryWriter(place)));
      await Promise.all(writers.map((writer) => writer.close()));
    }
    expect(await postgres.query(place, 'SELECT version FROM registry_schema')).toEqual([
      { version: MIGRATIONS.at(-1)?.version },
    ]);
  });

  it('refuses to change a version or a line of the ledger, whoever asks', async () => {
    const place = await postgres.newPlace();
    const registry = await openRegistryWriter(place);
    await registry.registerVersion('e1', newVersion('m'), 'cli', 'why');
    await registry.transition(transition('m', 1, 1));
    for (const statement of [
      "UPDATE versions SET manifest = '{}'",
      'DELETE FROM versions',
      "UPDATE ledger SET reason = 'better'",
      'DELETE FROM ledger',
    ]) {
      await expect(postgres.query(place, statement)).rejects.toThrow(/immutable|never|append-only/);
    }
    await registry.close();
  });

  it('keeps two registries apart by their schemas', async () => {
    const [one, other] = await Promise.all(
      [await postgres.newPlace(), await postgres.newPlace()].map(openRegistryWriter),
    );
    await one?.openRun(run('run-1'));
    expect(await other?.runs()).toEqual([]);
    await Promise.all([one?.close(), other?.close()]);
  });

  it('takes texts that it cannot hold, and orders numbers in JSON as numbers', async () => {
    const registry = await openRegistryWriter(await postgres.newPlace());
    await registry.appendLedger(ledgerEntry('m', 'k', { action: 'paused', reason: 'a\0b' }));
    expect((await registry.ledger('m'))[0]?.reason).toBe('a\uFFFDb');
    const odd = { inputs: { note: 'a\0b' } };
    await registry.queueReviewItems([
      reviewItem('low', { score: 9, ...odd }),
      reviewItem('high', { score: 10, ...odd }),
    ]);
    expect((await registry.reviewItems()).map(({ score }) => score)).toEqual([10, 9]);
    await registry.close();
  });
});

describe('a statement of the schema', () => {
  it.each([
    'CREATE TABLE a (x TEXT)',
    'CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; END',
  ])('that has no translation is a defect: %s', (statement) => {
    expect(() => toPostgres(statement)).toThrow(expect.objectContaining({ type: 'Internal' }));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import type { VersionChange } from '../../../models/registry/life/ports.js';
import { incident, ledgerEntry, newVersion, run, transition } from './sample-records.js';
import { onEachStore } from './stores.js';

onEachStore((places) => {
  let place: string;
  let registry: RegistryWriter;

  beforeEach(async () => {
    place = await places.fresh();
    registry = await openRegistryWriter(place);
    for (const effect of ['e1', 'e2', 'e3']) {
      await registry.registerVersion(effect, newVersion('m'), 'cli', 'why');
    }
  });

  afterEach(() => registry.close());

  const change = (key: string, over: Partial<VersionChange> = {}): VersionChange => ({
    model: 'm',
    version: 1,
    revision: 0,
    status: 'archived',
    approval: 'approved',
    unlessAliased: true,
    ledger: ledgerEntry('m', key, { action: 'version-archived', to: 1 }),
    ...over,
  });

  describe('status and approval', () => {
    it('change with their ledger line, and count their changes', async () => {
      expect(await registry.life.change(change('k1'))).toBe(true);
      expect(await registry.life.state('m', 1)).toEqual({
        status: 'archived',
        approval: 'approved',
        revision: 1,
      });
      expect(await registry.version('m', 1)).toMatchObject({ status: 'archived' });
      expect(await registry.life.state('m', 9)).toBeNull();
      expect((await registry.ledger('m')).at(-1)?.action).toBe('version-archived');
    });

    it('change once, however often and however late it is delivered', async () => {
      await registry.life.change(change('k1'));
      const back = { revision: 1, status: 'ready', unlessAliased: false } as const;
      await registry.life.change(change('k2', { ...back, ledger: ledgerEntry('m', 'k2') }));
      expect(await registry.life.change(change('k1'))).toBe(true);
      expect(await registry.life.state('m', 1)).toMatchObject({ status: 'ready', revision: 2 });
    });

    it('of two who saw the same, one changes it', async () => {
      const others = await Promise.all([1, 2, 3].map(() => openRegistryWriter(place)));
      const made = await Promise.all(
        others.map((other, i) =>
          other.life.change(change(`k${i}`, { ledger: ledgerEntry('m', `k${i}`) })),
        ),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await registry.life.state('m', 1)).toMatchObject({ revision: 1 });
      expect(await registry.ledger('m')).toHaveLength(4);
      await Promise.all(others.map((other) => other.close()));
    });

    it('stay while an alias points to the version', async () => {
      await registry.transition(transition('m', 1, 1));
      expect(await registry.life.change(change('k1'))).toBe(false);
      expect(await registry.life.state('m', 1)).toMatchObject({ status: 'ready', revision: 0 });
      const deprecated = { status: 'deprecated', unlessAliased: false } as const;
      const ledger = ledgerEntry('m', 'k2', { action: 'version-deprecated', to: 1 });
      expect(await registry.life.change(change('k2', { ...deprecated, ledger }))).toBe(true);
    });
  });

  describe('an alias besides the champion', () => {
    const move = (number: number, version: number | null, key = `move/${number}`) => ({
      model: 'm',
      alias: 'staging',
      version,
      number,
      ledger: ledgerEntry('m', key, { action: 'alias-moved', to: version }),
    });
    const at = async () =>
      (await registry.life.aliases('m')).map(({ alias, version }) => `${alias}=${version}`);

    it('moves one number at a time, apart from the champion', async () => {
      await registry.transition(transition('m', 1, 2));
      expect(await registry.life.moveAlias(move(1, 1))).toBe(true);
      expect(await registry.life.moveAlias(move(2, 3))).toBe(true);
      expect(await at()).toEqual(['champion=2', 'staging=3']);
      expect(await registry.life.aliasNumber('m', 'staging')).toBe(2);
      expect(await registry.transitionNumber('m')).toBe(1);
      expect(await registry.champions()).toHaveLength(1);
      expect(await registry.life.moveAlias(move(3, null))).toBe(true);
      expect(await at()).toEqual(['champion=2']);
      expect(await registry.life.aliasNumber('m', 'staging')).toBe(3);
    });

    it('is moved once by a move that comes twice, and by one of several who want its number', async () => {
      const others = await Promise.all([1, 2, 3].map(() => openRegistryWriter(place)));
      const moved = await Promise.all(
        others.map((other, i) => other.life.moveAlias(move(1, i + 1, `racer/${i}`))),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await registry.life.moveAlias(move(2, 2))).toBe(true);
      expect(await registry.life.moveAlias(move(2, 2))).toBe(true);
      expect(await registry.life.moveAlias(move(4, 2))).toBe(false);
      await Promise.all(others.map((other) => other.close()));
    });

    it('points to a version that there is, and that is in use', async () => {
      await expect(registry.life.moveAlias(move(1, 9))).rejects.toMatchObject({
        type: 'NotFound',
      });
      await registry.life.change(change('k1'));
      expect(await registry.life.moveAlias(move(1, 1))).toBe(false);
      await expect(registry.transition(transition('m', 1, 1))).rejects.toMatchObject({
        type: 'Internal',
      });
      expect(await registry.champion('m')).toBeNull();
    });
  });

  it('tags are of a version or of the model; of two acts on one tag the later stands', async () => {
    const { life } = registry;
    const line = (key: string, at: string) => ledgerEntry('m', key, { action: 'tagged', at });
    await life.putTags(1, { data: 'v7', team: 'rides' }, line('a', '2024-01-02T00:00:00.000Z'));
    await life.putTags(null, { owner: 'ada' }, line('b', '2024-01-02T00:00:00.000Z'));
    await life.putTags(1, { data: 'v8', team: null }, line('c', '2024-01-03T00:00:00.000Z'));
    await life.putTags(1, { data: 'v7', team: 'rides' }, line('a', '2024-01-02T00:00:00.000Z'));
    expect((await life.tags('m')).map(({ version, tag, value }) => [version, tag, value])).toEqual([
      [null, 'owner', 'ada'],
      [1, 'data', 'v8'],
    ]);
    expect((await registry.ledger('m')).filter(({ action }) => action === 'tagged')).toHaveLength(
      3,
    );
  });

  it('tells which version was in production when, on both clocks', async () => {
    const move = (number: number, version: number | null, at: string, asOf: string) => ({
      ...transition('m', number, version),
      sinceAsOf: asOf,
      ledger: { ...transition('m', number, version).ledger, at, asOf },
    });
    await registry.transition(move(1, 1, '2024-01-01T00:00:00.000Z', '2011-01-01T00:00:00Z'));
    await registry.appendLedger(ledgerEntry('m', 'noise', { action: 'paused' }));
    await registry.transition(move(2, 3, '2024-01-05T00:00:00.000Z', '2011-06-01T00:00:00Z'));
    await registry.transition(move(3, null, '2024-01-09T00:00:00.000Z', '2011-07-01T00:00:00Z'));
    const stages = await registry.life.stages('m');
    expect(
      stages.map(({ version, from, until }) => [version, from.at, until?.asOf ?? null]),
    ).toEqual([
      [1, '2024-01-01T00:00:00.000Z', '2011-06-01T00:00:00Z'],
      [3, '2024-01-05T00:00:00.000Z', '2011-07-01T00:00:00Z'],
      [null, '2024-01-09T00:00:00.000Z', null],
    ]);
    expect(await registry.life.stages('n')).toEqual([]);
  });

  it('names what rests on a version, what is in the way first', async () => {
    const kinds = async (version: number) =>
      (await registry.life.references('m', version)).map(({ kind, blocks }) => [kind, blocks]);
    expect(await kinds(2)).toEqual([]);
    await registry.openRun(run('run-1', { model: 'm' }));
    await registry.transition(transition('m', 1, 1));
    await registry.putIncident(incident('m', 1, { version: 1 }));
    await registry.beginRepair(
      {
        kind: 'fallback',
        model: 'm',
        key: 'fallback',
        version: 2,
        asOf: '2011-07-01T00:00:00Z',
        since: '2024-01-01T00:00:00.000Z',
        reason: 'the champion errs',
      },
      ledgerEntry('m', 'repair', { action: 'repaired' }),
    );
    expect(await kinds(1)).toContainEqual(['champion', true]);
    expect(await kinds(1)).toContainEqual(['incident', false]);
    expect(await kinds(2)).toContainEqual(['repair', true]);
    await registry.transition(transition('m', 2, 3));
    expect(await kinds(1)).toContainEqual(['earlier-champion', false]);
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
  type RegistryWriter,
} from '../../../models/registry/index.js';
import {
  cacheEntry,
  decision,
  incident,
  lease,
  ledgerEntry,
  measurement,
  newVersion,
  run,
  step,
  transition,
} from './sample-records.js';
import { onEachStore } from './stores.js';

onEachStore((places) => {
  let place: string;
  let registry: RegistryWriter;

  beforeEach(async () => {
    place = await places.fresh();
    registry = await openRegistryWriter(place);
  });

  afterEach(() => registry.close());

  describe('runs', () => {
    it('come back as they were recorded, newest first, filtered and limited', async () => {
      const first = run('run-1');
      const second = run('run-2', { startedAt: '2024-01-02T00:00:00.000Z', model: null });
      const third = run('run-3', { startedAt: '2024-01-03T00:00:00.000Z', pipeline: 'other' });
      for (const each of [second, first, third]) await registry.openRun(each);

      expect(await registry.run('run-1')).toEqual(first);
      expect(await registry.run('run-9')).toBeNull();
      expect(await registry.runs()).toEqual([third, second, first]);
      expect(await registry.runs({ pipeline: 'bike-demand', limit: 1 })).toEqual([second]);
      expect(await registry.runs({ model: 'bike-demand', status: 'running' })).toEqual([
        third,
        first,
      ]);
    });

    it('end once: the first end stays', async () => {
      await registry.openRun(run('run-1'));
      await registry.closeRun('run-1', 'failed', 'ingest: no file', '2024-01-01T01:00:00.000Z');
      await registry.closeRun('run-1', 'completed', null, '2024-01-01T02:00:00.000Z');
      await registry.openRun(run('run-1'));
      expect(await registry.run('run-1')).toEqual(
        run('run-1', {
          status: 'failed',
          detail: 'ingest: no file',
          endedAt: '2024-01-01T01:00:00.000Z',
        }),
      );
    });

    it('that nobody opened cannot end', async () => {
      await expect(
        registry.closeRun('run-9', 'completed', null, '2024-01-01T01:00:00.000Z'),
      ).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('run-9') });
    });
  });

  describe('steps', () => {
    it('keep the order in which they were first recorded', async () => {
      const running = step('run-1', 'z', { status: 'running', outcome: null, endedAt: null });
      await registry.recordStep(running);
      await registry.recordStep(step('run-1', 'a', { status: 'failed', outcome: null }));
      await registry.recordStep(step('run-2', 'b'));
      await registry.completeStep(step('run-1', 'z'), null);
      expect((await registry.steps('run-1')).map(({ stepId, status }) => [stepId, status])).toEqual(
        [
          ['z', 'completed'],
          ['a', 'failed'],
        ],
      );
      expect(await registry.step('run-1', 'z')).toEqual(step('run-1', 'z'));
      expect(await registry.step('run-1', 'q')).toBeNull();
    });

    it('once completed are never overwritten', async () => {
      await registry.completeStep(step('run-1', 'ingest'), null);
      const late = step('run-1', 'ingest', {
        status: 'failed',
        attempts: 2,
        outcome: null,
        failure: { type: 'StepProcessFailed', message: 'exit code 1' },
      });
      await registry.recordStep(late);
      await registry.completeStep(late, null);
      expect(await registry.step('run-1', 'ingest')).toEqual(step('run-1', 'ingest'));
    });

    it('leave a cache entry; the newest of a key is found', async () => {
      const entry = cacheEntry('k1');
      await registry.completeStep(step('run-1', 'ingest'), entry);
      expect(await registry.cacheEntry('k1')).toEqual(entry);
      expect(await registry.cacheEntry('k2')).toBeNull();

      const again = cacheEntry('k1', { runId: 'run-2', createdAt: '2024-01-02T00:00:00.000Z' });
      const other = cacheEntry('k2', { runId: 'run-3', createdAt: '2024-01-03T00:00:00.000Z' });
      await registry.completeStep(step('run-2', 'ingest'), again);
      await registry.completeStep(step('run-1', 'ingest'), entry);
      expect(await registry.cacheEntry('k1')).toEqual(again);
      await registry.completeStep(step('run-3', 'ingest'), other);
      expect(await registry.cacheEntry('k2')).toEqual(other);
    });

    it('tell what a step last ended with, also where another pipeline or an older run made it', async () => {
      const made = cacheEntry('k1', { pipeline: 'other', runId: 'run-0' });
      await registry.completeStep(step('run-0', 'load', { cacheKey: 'k1' }), made);
      const later = cacheEntry('k2', { runId: 'run-2', createdAt: '2024-01-02T00:00:00.000Z' });
      const ended = [
        ['run-1', 'k1', null],
        ['run-2', 'k2', later],
        ['run-3', 'k1', null],
      ] as const;
      for (const [index, [runId, cacheKey, entry]] of ended.entries()) {
        await registry.openRun(run(runId, { startedAt: `2024-01-0${index + 1}T00:00:00.000Z` }));
        await registry.completeStep(step(runId, 'ingest', { cacheKey }), entry);
      }
      expect(await registry.latestCacheEntry('bike-demand', 'ingest')).toEqual(made);
      expect(await registry.latestCacheEntry('bike-demand', 'train')).toBeNull();
    });
  });

  describe('versions', () => {
    it('are numbered per model and come with their ledger line', async () => {
      const first = await registry.registerVersion('run-1/register', newVersion('m'), 'cli', 'why');
      const second = await registry.registerVersion(
        'run-2/register',
        newVersion('m'),
        'cli',
        'why',
      );
      const other = await registry.registerVersion('run-3/register', newVersion('n'), 'cli', 'why');
      expect([first.version, second.version, other.version]).toEqual([1, 2, 1]);
      expect(first).toEqual({
        ...newVersion('m'),
        version: 1,
        status: 'ready',
        approval: 'approved',
        createdAt: expect.any(String),
      });
      expect(await registry.version('m', 1)).toEqual(first);
      expect(await registry.version('m', 3)).toBeNull();
      expect(await registry.versions('m')).toEqual([first, second]);
      expect(await registry.models()).toEqual(['m', 'n']);
      expect(await registry.versionByEffect('run-2/register')).toEqual(second);
      expect(await registry.versionByEffect('run-9/register')).toBeNull();
      expect(await registry.ledger('m')).toMatchObject([
        {
          action: 'registered',
          from: null,
          to: 1,
          key: 'registered/run-1/register',
          reason: 'why',
        },
        { action: 'registered', from: null, to: 2, key: 'registered/run-2/register' },
      ]);
    });

    it('registered twice under one effect key are one version, and the number goes on after it', async () => {
      const first = await registry.registerVersion('e1', newVersion('m'), 'cli', 'why');
      const again = await registry.registerVersion(
        'e1',
        newVersion('m', { seed: 8 } as object),
        'x',
        'y',
      );
      expect(again).toEqual(first);
      expect(await registry.ledger('m')).toHaveLength(1);
      expect((await registry.registerVersion('e2', newVersion('m'), 'cli', 'z')).version).toBe(2);
      await expect(
        registry.registerVersion('e1', newVersion('n'), 'cli', 'z'),
      ).rejects.toMatchObject({ type: 'Internal' });
      expect(await registry.ledger('n')).toEqual([]);
    });
  });

  describe('the champion', () => {
    beforeEach(async () => {
      await registry.registerVersion('e1', newVersion('m'), 'cli', 'why');
      await registry.registerVersion('e2', newVersion('m'), 'cli', 'why');
    });

    it('moves with its ledger line, one number at a time', async () => {
      expect(await registry.champion('m')).toBeNull();
      expect(await registry.transitionNumber('m')).toBe(0);
      const alias = await registry.transition(transition('m', 1, 1));
      expect(alias).toEqual({
        model: 'm',
        alias: 'champion',
        version: 1,
        transition: 1,
        sinceAsOf: '2011-07-01T00:00:00Z',
        at: '2024-01-01T00:00:02.000Z',
      });
      expect(await registry.champion('m')).toEqual(alias);
      await registry.transition(transition('m', 2, 2));
      expect(await registry.champion('m')).toMatchObject({ version: 2, transition: 2 });
      expect(await registry.champions()).toHaveLength(1);
      expect(await registry.transitionNumber('m')).toBe(2);
      expect((await registry.ledger('m')).at(-1)).toEqual(
        ledgerEntry('m', 'transition/2', { to: 2 }),
      );
    });

    it('is moved once by a transition that is delivered twice', async () => {
      const first = await registry.transition(transition('m', 1, 1));
      expect(await registry.transition(transition('m', 1, 1))).toEqual(first);
      expect(await registry.ledger('m')).toHaveLength(3);
    });

    it.each([0, 2, 5])('refuses number %i after no transition', async (number) => {
      await expect(registry.transition(transition('m', number, 1))).rejects.toMatchObject({
        type: 'Internal',
        message: expect.stringContaining('out of turn'),
      });
      expect(await registry.champion('m')).toBeNull();
      expect(await registry.ledger('m')).toHaveLength(2);
    });

    it('refuses a number that is past, and one that another change took', async () => {
      await registry.transition(transition('m', 1, 1));
      await expect(
        registry.transition(transition('m', 1, 2, 'someone-else')),
      ).rejects.toMatchObject({
        type: 'Internal',
        message: expect.stringContaining('someone-else'),
      });
      await registry.transition(transition('m', 2, 2));
      await expect(registry.transition(transition('m', 1, 1))).rejects.toMatchObject({
        type: 'Internal',
      });
      expect(await registry.champion('m')).toMatchObject({ version: 2, transition: 2 });
    });

    it('does not move when its ledger key was used by another line', async () => {
      await registry.appendLedger(ledgerEntry('m', 'transition/1', { action: 'paused' }));
      await expect(registry.transition(transition('m', 1, 1))).rejects.toMatchObject({
        type: 'Internal',
      });
      expect(await registry.champion('m')).toBeNull();
    });

    it('knows the requests that a line answers, each of its own model', async () => {
      const evidence = { requestId: 'event-1', metrics: { mae: 80.5 } };
      await registry.appendLedger(ledgerEntry('m', 'k1', { action: 'paused', evidence }));
      await registry.appendLedger(
        ledgerEntry('m', 'k2', { evidence: { answerId: 'event-2', note: 'a\0b' } }),
      );
      expect(await registry.isRequestKnown('m', 'event-1')).toBe(true);
      expect(await registry.isRequestKnown('m', 'event-2')).toBe(false);
      expect(await registry.isRequestKnown('n', 'event-1')).toBe(false);
    });

    it('is a version that there is', async () => {
      await expect(registry.transition(transition('m', 1, 7))).rejects.toMatchObject({
        type: 'NotFound',
        message: 'model m has no version 7',
      });
      expect(await registry.transitionNumber('m')).toBe(0);
      expect(await registry.ledger('m')).toHaveLength(2);
    });

    it('can be taken away, and the numbers go on', async () => {
      await registry.transition(transition('m', 1, 1));
      expect(await registry.transition(transition('m', 2, null))).toBeNull();
      expect(await registry.champion('m')).toBeNull();
      expect(await registry.champions()).toEqual([]);
      expect(await registry.transitionNumber('m')).toBe(2);
      expect(await registry.transition(transition('m', 3, 2))).toMatchObject({ version: 2 });
    });
  });

  describe('monitoring', () => {
    it('keeps the newest measurement of a window and version, oldest window first', async () => {
      const early = measurement('m', 1, '2011-01-08T00:00:00Z');
      const late = measurement('m', 1, '2011-01-15T00:00:00Z');
      const labelled = measurement('m', 1, '2011-01-08T00:00:00Z', { labelledRows: 100 });
      const switched = measurement('m', 2, '2011-01-15T00:00:00Z');
      for (const each of [late, early, switched, labelled]) await registry.recordMeasurement(each);
      expect(await registry.measurements('m')).toEqual([labelled, late, switched]);
      expect(await registry.measurements('m', 2)).toEqual([late, switched]);
      expect(await registry.measurements('n')).toEqual([]);
    });

    it('finds the measurement of a version before a window, at once though there are many', async () => {
      const end = (day: number) => `2011-01-${String(day).padStart(2, '0')}T00:00:00Z`;
      for (const day of [8, 15, 22])
        await registry.recordMeasurement(measurement('b', 1, end(day)));
      await registry.recordMeasurement(measurement('b', 2, end(14)));
      const newest = async (version: number, day: number) =>
        (await registry.measurementBefore('b', version, end(day)))?.window.end ?? null;
      expect(await newest(1, 15)).toBe(end(15));
      expect(await newest(1, 21)).toBe(end(15));
      expect(await newest(1, 7)).toBeNull();
      expect(await newest(2, 30)).toBe(end(14));
      expect(await registry.measurementBefore('c', 1, end(30))).toBeNull();
    });

    it('keeps the first decision of a window', async () => {
      const first = decision('m', '2011-01-08T00:00:00Z');
      const next = decision('m', '2011-01-15T00:00:00Z', { signalled: 'retrain' });
      await registry.recordDecision(next);
      await registry.recordDecision(first);
      await registry.recordDecision(
        decision('m', '2011-01-08T00:00:00Z', { signalled: 'rollback' }),
      );
      expect(await registry.decisions('m')).toEqual([first, next]);
      expect(await registry.decisions('m', 1)).toEqual([next]);
      const decided = (start: string, end: string) => registry.decidedWindows('m', { start, end });
      expect(await decided('2011-01-01T00:00:00Z', '2011-02-01T00:00:00Z')).toEqual([
        first.window,
        next.window,
      ]);
      expect(await decided(first.window.end, '2011-02-01T00:00:00Z')).toEqual([next.window]);
      expect(await decided(next.window.end, '2011-02-01T00:00:00Z')).toEqual([]);
    });
  });

  describe('incidents', () => {
    it('are replaced while they are open; one that is closed stays as it is', async () => {
      const opened = incident('m', 1);
      const closed = incident('m', 1, { status: 'closed', summary: 'it recovered' });
      await registry.putIncident(opened);
      await registry.putIncident({ ...opened, severity: 'critical' });
      expect(await registry.incident('m', 1)).toEqual({ ...opened, severity: 'critical' });
      await registry.putIncident(closed);
      await registry.putIncident(opened);
      expect(await registry.incident('m', 1)).toEqual(closed);
      expect(await registry.incident('m', 2)).toBeNull();
    });

    it('are open one at a time, and found newest first', async () => {
      await registry.putIncident(incident('m', 1));
      await expect(registry.putIncident(incident('m', 2))).rejects.toMatchObject({
        type: 'Internal',
        message: expect.stringContaining('m#2 cannot be opened'),
      });
      await registry.putIncident(incident('m', 1, { status: 'closed' }));
      await registry.putIncident(incident('m', 2));
      await registry.putIncident(incident('n', 3));
      const names = async (filter?: Parameters<RegistryWriter['incidents']>[0]) =>
        (await registry.incidents(filter)).map(({ model, number }) => `${model}#${number}`);
      expect(await names()).toEqual(['n#3', 'm#2', 'm#1']);
      expect(await names({ model: 'm' })).toEqual(['m#2', 'm#1']);
      expect(await names({ status: 'open', limit: 1 })).toEqual(['n#3']);
      expect(await registry.latestIncident('m')).toMatchObject({ number: 2, status: 'open' });
      expect(await registry.latestIncident('o')).toBeNull();
    });
  });

  describe('leases', () => {
    it('name fallbacks beside the champions', async () => {
      const leases = await openLeaseWriter(place);
      const standing = lease('g', { fallbacks: { 'bike-demand': 1 } });
      await leases.writeLease(standing);
      expect(await registry.leases()).toEqual([standing]);
      await leases.close();
    });

    it('are replaced by their gateway and removed by it', async () => {
      const leases = await openLeaseWriter(place);
      const old = lease('gone', { at: '2020-01-01T00:00:00.000Z' });
      await leases.writeLease(old);
      await leases.writeLease(lease('g1'));
      const newer = lease('g1', { generation: 2, servedVersions: { 'bike-demand': 2 } });
      await leases.writeLease(newer);
      await leases.writeLease(lease('g2'));
      await leases.removeLease('g2');
      await leases.removeLease('g2');
      expect(await registry.leases()).toEqual([newer, old]);
      await leases.close();
      await (await openLeaseWriter(place)).close();
      expect(await registry.leases()).toEqual([newer]);
    });
  });

  describe('a reader', () => {
    it('answers empty where there is no registry, makes nothing, and sees one that comes', async () => {
      const fresh = await places.fresh();
      const reader = await openRegistryReader(fresh);
      expect(await reader.runs()).toEqual([]);
      expect(await reader.run('run-1')).toBeNull();
      if (places.store === 'SQLite') expect(existsSync(dirname(fresh))).toBe(false);
      const writer = await openRegistryWriter(fresh);
      await writer.openRun(run('run-1'));
      expect(await reader.run('run-1')).toEqual(run('run-1'));
      await writer.close();
      await reader.close();
      await expect(reader.runs()).rejects.toMatchObject({ type: 'Internal' });
    });
  });
});

it('a reader says what is wrong with a file that is no registry', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'registry-broken-'));
  const broken = join(directory, 'broken.db');
  await writeFile(broken, 'this is a text file, long enough to have a header'.repeat(50));
  await expect(openRegistryReader(broken)).rejects.toMatchObject({
    type: 'RegistryUnavailable',
    message: expect.stringContaining('is not an SQLite database'),
    hint: expect.stringContaining('move the file away'),
  });
  await rm(directory, { recursive: true });
});

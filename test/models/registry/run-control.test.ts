import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Experiment, StepRecord } from '../../../contracts/index.js';
import {
  openRegistryWriter,
  patientRegistry,
  type RegistryWriter,
} from '../../../models/registry/index.js';
import { artifact, cacheEntry, OUTCOME, run, step } from './sample-records.js';
import { onEachStore } from './stores.js';

onEachStore((places) => {
  let registry: RegistryWriter;
  beforeEach(async () => {
    registry = await openRegistryWriter(await places.fresh());
  });
  afterEach(() => registry.close());

  const fenced = (second: number, over: Partial<StepRecord> = {}) =>
    step('r1', 'train', { fence: `2024-01-01T00:00:0${second}.000Z`, ...over });
  const statusNow = async () => (await registry.step('r1', 'train'))?.attempts;

  describe('of two attempts', () => {
    it('the later one counts: what the earlier writes is refused, its cache entry too', async () => {
      await registry.openRun(run('r1'));
      await registry.recordStep(fenced(2, { status: 'running', attempts: 2, outcome: null }));
      const entry = cacheEntry('k1', { runId: 'r1', stepId: 'train' });
      expect(await registry.completeStep(fenced(1, { attempts: 1 }), entry)).toBe(false);
      expect(await registry.cacheEntry('k1')).toBeNull();
      expect(await statusNow()).toBe(2);
      expect(await registry.completeStep(fenced(2, { attempts: 2 }), entry)).toBe(true);
      expect(await registry.cacheEntry('k1')).toEqual(entry);
      expect(await registry.completeStep(fenced(1, { attempts: 1 }), null)).toBe(false);
      expect(await statusNow()).toBe(2);
    });

    it("the later one's curve is kept, longer or shorter than the other", async () => {
      await registry.openRun(run('r1'));
      const curve = (...values: readonly number[]) =>
        values.map((value, at) => {
          return { stepId: 'train', metric: 'loss', step: at, at: '2024-01-01T00:00:00Z', value };
        });
      const { experiments } = registry;
      await registry.recordStep(fenced(1, { status: 'running', attempts: 1, outcome: null }));
      await experiments.putCurve(fenced(1), curve(0.1, 0.2));
      await registry.recordStep(fenced(2, { status: 'running', attempts: 2, outcome: null }));
      await experiments.putCurve(fenced(2), curve(41.2));
      await experiments.putCurve(fenced(1), curve(0.3, 0.4, 0.5));
      expect(await experiments.curve('r1')).toEqual(curve(41.2));
    });

    it('none counts once the run has ended', async () => {
      await registry.openRun(run('r1'));
      await registry.recordStep(step('r1', 'train', { status: 'cancelled', outcome: null }));
      await registry.closeRun('r1', 'cancelled', null, '2024-01-01T01:00:00Z');
      const entry = cacheEntry('k1', { runId: 'r1', stepId: 'train' });
      expect(await registry.completeStep(fenced(1), entry)).toBe(false);
      expect((await registry.step('r1', 'train'))?.status).toBe('cancelled');
      expect(await registry.cacheEntry('k1')).toBeNull();
    });

    it('why its result was reused is kept to the end', async () => {
      const reuse = { status: 'miss', reason: 'the code a.py changed' } as const;
      const parts = { kind: 'run', 'code:a.py': 'a'.repeat(64) };
      await registry.completeStep(fenced(1, { reuse, parts }), null);
      expect(await registry.step('r1', 'train')).toMatchObject({ reuse, parts });
    });
  });

  it('a result that was collected in the meantime is not found again', async () => {
    await registry.openRun(run('r1'));
    await registry.completeStep(
      step('r0', 'a', { cacheKey: 'k1' }),
      cacheEntry('k1', { runId: 'r0', stepId: 'a' }),
    );
    const found = [step('r1', 'a', { cacheKey: 'k1' }), step('r1', 'b', { cacheKey: 'gone' })];
    expect(await registry.reuseSteps(found)).toEqual(new Set(['a']));
    expect((await registry.steps('r1')).map(({ stepId }) => stepId)).toEqual(['a']);
  });

  it('pauses of a run are kept with who and why', async () => {
    await registry.openRun(run('r1'));
    const pause = {
      at: 't1',
      actor: 'ann',
      reason: 'the disk is full',
      resumedAt: null,
      resumedBy: null,
    };
    await registry.putPauses('r1', [pause]);
    expect((await registry.run('r1'))?.pauses).toEqual([pause]);
  });

  it('keeps what runs are compared by, newest first, and the curves of their metrics', async () => {
    const experiment = (runId: string, startedAt: string): Experiment => ({
      runId,
      pipeline: 'bike-demand',
      status: 'completed',
      startedAt,
      endedAt: null,
      planHash: 'p',
      params: { depth: 4 },
      metrics: { mae: 41.5 },
      stepMetrics: { train: { mae: 41.5 } },
      data: [],
      code: null,
      codeFiles: {},
      environment: {},
      seeds: { train: 7 },
    });
    await registry.experiments.put(experiment('r1', '2024-01-01'));
    await registry.experiments.put(experiment('r2', '2024-01-02'));
    await registry.experiments.put({ ...experiment('r1', '2024-01-01'), status: 'failed' });
    const listed = await registry.experiments.list({ pipeline: 'bike-demand' });
    expect(listed.map(({ runId, status }) => [runId, status])).toEqual([
      ['r2', 'completed'],
      ['r1', 'failed'],
    ]);
    const points = Array.from({ length: 2_500 }, (_, at) => {
      return {
        stepId: 'train',
        metric: 'loss',
        step: at,
        at: '2024-01-01T00:00:00Z',
        value: 1 / (at + 1),
      };
    });
    const train = { runId: 'r1', stepId: 'train' };
    await registry.experiments.putCurve(train, points);
    await registry.experiments.putCurve(train, points);
    expect(await registry.experiments.curve('r1')).toEqual(points);
  });

  describe('a collection', () => {
    const SINCE = { since: '2024-02-01T00:00:00.000Z' };
    const made = async (
      runId: string,
      over: Parameters<typeof run>[1],
      digit: string,
      key: string,
    ) => {
      await registry.openRun(run(runId, over));
      const outcome = {
        ...OUTCOME,
        outputs: { ...OUTCOME.outputs, artifacts: { data: artifact(digit) } },
      };
      await registry.completeStep(
        step(runId, 'ingest', { cacheKey: key, outcome }),
        cacheEntry(key, { runId, outcome }),
      );
    };
    const digests = async () => {
      const found = new Set<string>();
      // As the activity reads them: by a port whose calls wait while the registry is away.
      const { retention } = patientRegistry(registry, {
        signal: () => new AbortController().signal,
        waits: () => undefined,
      });
      for await (const text of retention.referringTexts(SINCE)) {
        for (const [digit] of text.matchAll(/([0-9])\1{63}/g)) found.add(digit.slice(0, 1));
      }
      return [...found].sort();
    };

    it('leaves what young, running and pinned runs made or found, and forgets the rest', async () => {
      const old = { status: 'completed', endedAt: '2024-01-02T00:00:00.000Z' } as const;
      await made('old', old, '1', 'k1');
      await made('old-but-found', old, '2', 'k2');
      await made('pinned', old, '3', 'k3');
      await made('young', { ...old, endedAt: '2024-02-02T00:00:00.000Z' }, '4', 'k4');
      await made('running', {}, '5', 'k5');
      await registry.reuseSteps([step('young', 'again', { cacheKey: 'k2', outcome: null })]);
      await registry.retention.putPin({
        subject: 'run/pinned',
        actor: 'ann',
        reason: 'a paper',
        at: 't',
      });
      await registry.retention.putPin({
        subject: `artifact/${'6'.repeat(64)}`,
        actor: 'ann',
        reason: 'r',
        at: 't',
      });

      expect(await registry.retention.retainedRuns(SINCE)).toEqual(
        new Set(['pinned', 'young', 'running']),
      );
      expect(await registry.retention.oldestRunUnderWay()).toBe('2024-01-01T00:00:00.000Z');
      expect(await registry.retention.countStaleEntries(SINCE)).toBe(1);
      expect(await registry.retention.forgetStaleEntries(SINCE)).toBe(1);
      expect(await registry.cacheEntry('k1')).toBeNull();
      expect(await registry.cacheEntry('k2')).not.toBeNull();
      expect(await digests()).toEqual(['3', '4', '5', '6']);
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { LeaseRequest, OnFull } from '../../contracts/index.js';
import { type LeaseEffect, LeaseQueue } from '../../workflows/lease-queue.js';
import { fc } from '../support/property.js';

function lease(leaseId: string, other: Partial<LeaseRequest> = {}): LeaseRequest {
  return { leaseId, workflowId: leaseId, limit: 1, onFull: 'wait', priorityKey: 3, ...other };
}

/** `grant a` for each effect. */
const words = (effects: readonly LeaseEffect[]) =>
  effects.map(({ kind, lease: { leaseId } }) => `${kind} ${leaseId}`);

describe('the places of a group', () => {
  it('are given in the order in which they were asked for', () => {
    const queue = new LeaseQueue();
    expect(['a', 'b', 'c'].map((id) => words(queue.request(lease(id))))).toEqual([
      ['grant a'],
      [],
      [],
    ]);
    expect(words(queue.release('a'))).toEqual(['grant b']);
    expect(words(queue.release('b'))).toEqual(['grant c']);
    queue.release('c');
    expect(queue.isIdle).toBe(true);
  });

  it('are given to the most urgent first', () => {
    const queue = new LeaseQueue();
    queue.request(lease('a'));
    queue.request(lease('later', { priorityKey: 5 }));
    queue.request(lease('b'));
    queue.request(lease('urgent', { priorityKey: 1 }));
    expect(words(queue.release('a'))).toEqual(['grant urgent']);
    expect(words(queue.release('urgent'))).toEqual(['grant b']);
  });

  it('are answered again, and not given twice, when the same request comes again', () => {
    const queue = new LeaseQueue();
    queue.request(lease('a'));
    expect(words(queue.request(lease('a')))).toEqual(['grant a']);
    queue.request(lease('b'));
    expect(queue.request(lease('b'))).toEqual([]);
    expect(queue.release('nobody')).toEqual([]);
    expect(queue.state.waiting).toHaveLength(1);
  });

  it('pass on from those who are gone, whether they held one or waited', () => {
    const queue = new LeaseQueue();
    for (const id of ['a', 'b', 'c']) queue.request(lease(id));
    expect(words(queue.gone(['b', 'a']))).toEqual(['grant b', 'grant c']);
    expect(queue.state.holders.map(({ leaseId }) => leaseId)).toEqual(['c']);
  });

  it('are taken from the oldest by the newest where the file says so, once', () => {
    const queue = new LeaseQueue();
    const eager = { limit: 2, onFull: 'cancel-running' } as const;
    for (const id of ['a', 'b']) queue.request(lease(id, { limit: 2 }));
    expect(words(queue.request(lease('c', eager)))).toEqual(['cancel a']);
    expect(words(queue.request(lease('d', eager)))).toEqual(['skip c']);
    expect(words(queue.release('a'))).toEqual(['grant d']);
  });

  it('are taken by a run that is named to those that give way', () => {
    const queue = new LeaseQueue();
    const eager = (runId: string) =>
      lease(runId, { onFull: 'cancel-running', run: { runId, pipeline: 'weekly' } });
    queue.request(lease('a'));
    const cancelled = queue.request(eager('b'));
    const skipped = queue.request(eager('c'));
    expect([...cancelled, ...skipped]).toMatchObject([
      { kind: 'cancel', detail: 'run b of weekly takes its place' },
      { kind: 'skip', detail: 'run c of weekly takes its place' },
    ]);
    // Of a run that began with an earlier release no more is known.
    const old = lease('d', { onFull: 'cancel-running' });
    expect(queue.request(old)).toMatchObject([{ detail: 'a newer run takes its place' }]);
  });

  it('are left to others by who does not want to wait', () => {
    const queue = new LeaseQueue();
    queue.request(lease('a'));
    expect(words(queue.request(lease('b', { onFull: 'skip' })))).toEqual(['skip b']);
    queue.release('a');
    expect(words(queue.request(lease('c', { onFull: 'skip' })))).toEqual(['grant c']);
  });

  it('are never more than the limit, and nobody is forgotten, whatever happens', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('request' as const),
        id: fc.integer({ min: 0, max: 9 }),
        onFull: fc.constantFrom<OnFull>('wait', 'cancel-running', 'skip'),
        priorityKey: fc.integer({ min: 1, max: 5 }),
      }),
      fc.record({
        kind: fc.constantFrom('release' as const, 'gone' as const),
        id: fc.integer({ min: 0, max: 9 }),
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { maxLength: 60 }),
        (limit, steps) => {
          const queue = new LeaseQueue();
          const answered = new Set<string>();
          const asked = new Set<string>();
          const note = (effects: readonly LeaseEffect[]) => {
            for (const { kind, lease: given } of effects) {
              if (kind !== 'cancel') answered.add(given.leaseId);
            }
          };
          for (const one of steps) {
            const id = String(one.id);
            if (one.kind === 'request') {
              asked.add(id);
              note(queue.request(lease(id, { ...one, limit })));
            } else note(one.kind === 'gone' ? queue.gone([id]) : queue.release(id));
            const { holders, waiting } = queue.state;
            expect(holders.length).toBeLessThanOrEqual(limit);
            expect(waiting.length === 0 || holders.length === limit).toBe(true);
          }
          for (let turn = 0; !queue.isIdle; turn += 1) {
            expect(turn).toBeLessThan(20);
            const [first] = queue.state.holders;
            note(queue.release(first?.leaseId ?? ''));
          }
          const withdrawn = steps
            .filter(({ kind }) => kind !== 'request')
            .map(({ id }) => String(id));
          for (const id of asked) expect(answered.has(id) || withdrawn.includes(id)).toBe(true);
        },
      ),
    );
  });
});

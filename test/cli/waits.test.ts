import { describe, expect, test } from 'vitest';
import { waitCell, waitsOf } from '../../cli/runs/waits.js';

const run = { runId: '0192aaaa-0000-7000-8000-000000000000', status: 'running' } as const;
const queued = { group: 'gpu', limit: 1, since: '2026-11-21T10:00:00Z' };
const pause = {
  at: '2026-11-21T10:05:00Z',
  actor: 'user:ada',
  reason: 'the disk is full',
  resumedAt: null,
  resumedBy: null,
};
const found = { attempts: 0, startedAt: '2026-11-21T10:00:01Z' };
const begun = { attempts: 1, startedAt: '2026-11-21T10:01:00Z' };

describe('what a run waits for', () => {
  test('a place in its group, until a step of it begins', () => {
    expect(waitsOf({ ...run, queued }, [found], [])).toEqual([
      {
        kind: 'group',
        for: 'a place in group gpu, which has 1 place',
        since: queued.since,
        release: expect.stringMatching(/^the end of a run that has one; millrace cancel 0192/),
      },
    ]);
    expect(waitsOf({ ...run, queued }, [found, begun], [])).toEqual([]);
  });

  test('someone to resume it, with who paused it and why; no longer once it is', () => {
    const [wait] = waitsOf({ ...run, pauses: [pause] }, [begun], []);
    expect(wait).toMatchObject({
      kind: 'resume',
      for: 'someone to resume it: user:ada paused it (the disk is full)',
      since: pause.at,
      release: expect.stringMatching(/^millrace resume 0192/),
    });
    const resumed = { ...pause, resumedAt: '2026-11-21T10:06:00Z', resumedBy: 'user:bob' };
    expect(waitsOf({ ...run, pauses: [resumed] }, [begun], [])).toEqual([]);
  });

  test('nothing, once it has ended', () => {
    expect(waitsOf({ ...run, status: 'cancelled', queued, pauses: [pause] }, [], [])).toEqual([]);
  });

  test('is told in one word in the table of runs', () => {
    expect(waitCell(waitsOf({ ...run, queued }, [], []), '')).toBe('‖ waits for its group');
    expect(waitCell([], '')).toBeNull();
  });
});

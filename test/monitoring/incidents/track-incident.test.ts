import { describe, expect, it } from 'vitest';
import type { Incident, LedgerEntry, MonitorDecision } from '../../../contracts/index.js';
import {
  closeIncident,
  type TrackedWindow,
  trackIncident,
} from '../../../monitoring/incidents/index.js';
import { fc } from '../../support/property.js';
import { ERRORS_ROSE } from '../policy/measured.js';
import { column, decided, decidedAt, line, tracked, weekOf } from './incident-samples.js';

/** Takes the windows one after another, each twice, as activities may be delivered. */
function follow(
  decisions: readonly MonitorDecision[],
  over: Partial<TrackedWindow> = {},
  latest: Incident | null = null,
) {
  const changes: string[] = [];
  const incidents = new Map<number, Incident>();
  let newest = latest;
  for (const decision of decisions) {
    const once = trackIncident(newest, tracked(decision, over));
    newest = once.incident ?? newest;
    expect(trackIncident(newest, tracked(decision, over)).change).toBe(once.change);
    expect(trackIncident(newest, tracked(decision, over)).incident ?? newest).toEqual(newest);
    changes.push(once.change);
    if (once.incident !== null) incidents.set(once.incident.number, once.incident);
  }
  return { changes, newest, incidents: [...incidents.values()] };
}

describe('an incident', () => {
  it('is opened by the first breach and joined by those that follow: one for the trouble', () => {
    const { changes, newest, incidents } = follow([
      decided(0, 'ok'),
      decided(1, 'data-drift', 'none'),
      decided(2, 'data-drift', 'retrain'),
      decided(3, 'concept-drift', 'retrain'),
    ]);
    expect(changes).toEqual(['none', 'opened', 'escalated', 'joined']);
    expect(incidents).toHaveLength(1);
    expect(newest).toMatchObject({
      model: 'bikes',
      number: 1,
      status: 'open',
      kind: 'data-drift',
      severity: 'warning',
      version: 2,
      since: weekOf(1).start,
      openedAt: decidedAt(1),
      // Concept drift is asked for before data drift, so it is the worse of the two.
      summary: 'week 3 is concept-drift',
    });
    expect(newest?.windows.map(({ kind, action }) => `${kind} ${action}`)).toEqual([
      'data-drift none',
      'data-drift retrain',
      'concept-drift retrain',
    ]);
  });

  it('is closed by two clean windows in a row, and the next breach opens another', () => {
    const { changes, incidents } = follow([
      decided(0, 'data-drift'),
      decided(1, 'ok'),
      decided(2, 'data-drift'),
      decided(3, 'ok'),
      decided(4, 'ok'),
      decided(5, 'ok'),
      decided(6, 'outliers'),
    ]);
    expect(changes).toEqual([
      'opened',
      'recovered',
      'joined',
      'recovered',
      'closed',
      'none',
      'opened',
    ]);
    expect(incidents.map(({ number, status }) => `${number} ${status}`)).toEqual([
      '1 closed',
      '2 open',
    ]);
    expect(incidents[0]?.resolution).toEqual({
      how: 'recovered',
      actor: 'monitor',
      note: '2 of the last 2 windows were clean',
      at: decidedAt(4),
    });
  });

  it('recovers by the exit guard where the monitor has one', () => {
    const windows = [decided(0, 'data-drift'), decided(1, 'ok'), decided(2, 'ok')];
    const twoOfThree = { recovery: { count: 2, of: 3 } };
    expect(follow(windows, twoOfThree).changes.at(-1)).toBe('closed');
    const threeOfThree = { recovery: { count: 3, of: 3 } };
    expect(follow(windows, threeOfThree).changes.at(-1)).toBe('recovered');
    // A breach between two clean ones does not undo them.
    const between = [
      decided(0, 'no-data'),
      decided(1, 'ok'),
      decided(2, 'no-data'),
      decided(3, 'ok'),
    ];
    expect(follow(between, twoOfThree).changes.at(-1)).toBe('closed');
    expect(follow(between).changes.at(-1)).toBe('recovered');
  });

  it('takes a window that only hysteresis calls a breach for clean', () => {
    const standing = { matched: [], held: { guard: 'hysteresis', detail: '' } } as const;
    const { changes } = follow([
      decided(0, 'data-drift', 'alert', { matched: ['data-drift'] }),
      decided(1, 'data-drift', 'none', standing),
      decided(2, 'data-drift', 'none', standing),
    ]);
    expect(changes).toEqual(['opened', 'recovered', 'closed']);
  });

  it('is neither joined nor closed by an insufficient window', () => {
    const { changes, newest } = follow([
      decided(0, 'data-drift'),
      decided(1, 'ok'),
      decided(2, 'insufficient'),
      decided(3, 'ok'),
    ]);
    expect(changes).toEqual(['opened', 'recovered', 'none', 'closed']);
    expect(newest?.windows).toHaveLength(3);
  });

  it('stays open while a new version waits as a challenger, until that is settled', () => {
    const kept = line('kept-as-challenger', decidedAt(1));
    const windows = [decided(0, 'concept-drift', 'retrain'), decided(1, 'ok'), decided(2, 'ok')];
    const waiting = follow(windows, { ledger: [kept] });
    expect(waiting.changes).toEqual(['opened', 'recovered', 'recovered']);
    expect(waiting.newest?.windows.at(-1)?.reason).toContain('version 3 waits as a challenger');
    for (const settled of ['promoted', 'rolled-back', 'rejected'] as const) {
      const ledger = [kept, line(settled, decidedAt(2))];
      expect(follow([decided(3, 'ok')], { ledger }, waiting.newest).changes).toEqual(['closed']);
    }
    // One that was kept before this trouble has nothing to do with it.
    const older = [line('kept-as-challenger', decidedAt(-1))];
    expect(follow(windows, { ledger: older }).changes.at(-1)).toBe('closed');
  });

  it.each([
    ['data-drift', 'none', 'info'],
    ['data-drift', 'retrain', 'warning'],
    ['data-drift', 'fallback', 'critical'],
    ['regression-after-deploy', 'rollback', 'critical'],
    ['data-quality-break', 'hold', 'critical'],
    ['no-data', 'alert', 'critical'],
    ['label-drift', 'alert', 'warning'],
  ] as const)('of %s that leads to %s is %s', (kind, action, severity) => {
    expect(follow([decided(0, kind, action)]).newest?.severity).toBe(severity);
  });

  it('never becomes less severe', () => {
    const { newest } = follow([decided(0, 'no-data'), decided(1, 'data-drift', 'none')]);
    expect(newest).toMatchObject({ severity: 'critical', summary: 'week 0 is no-data' });
  });

  it('began where the detector says that errors rose', () => {
    const measurement = { concept: ERRORS_ROSE };
    const { newest } = follow([decided(1, 'concept-drift')], { measurement });
    expect(newest?.since).toBe(ERRORS_ROSE.changedFrom);
  });

  it('is responded to by the first action, also one that was on its way before it was opened', () => {
    const held = line('retrain-held', decidedAt(1));
    const own = (action: LedgerEntry['action'], at: string) =>
      line(action, at, { evidence: { window: { ...weekOf(0) } } });
    const windows = [decided(0, 'data-drift', 'retrain'), decided(1, 'data-drift')];
    expect(follow(windows, { ledger: [held] }).newest?.respondedAt).toBeNull();
    const early = [own('retrain-started', decidedAt(-1))];
    expect(follow(windows, { ledger: early }).newest?.respondedAt).toBe(decidedAt(0));
    const late = [held, line('promoted', decidedAt(1))];
    expect(follow(windows, { ledger: late }).newest?.respondedAt).toBe(decidedAt(1));
    // What was done for an older trouble is no answer to this one.
    const older = [line('retrain-started', decidedAt(-1))];
    expect(follow(windows, { ledger: older }).newest?.respondedAt).toBeNull();
  });

  it('keeps the earliest moment and the newest numbers of each candidate', () => {
    const first = follow([decided(0, 'data-drift')], {
      causes: [column('temperature', weekOf(0).start), column('humidity')],
    });
    const wind = { ...column('windspeed'), detail: 'much' };
    const second = follow(
      [decided(1, 'data-drift')],
      { causes: [wind, column('temperature', weekOf(1).start)] },
      first.newest,
    );
    expect(second.newest?.causes.map(({ name, since }) => [name, since])).toEqual([
      ['windspeed', null],
      ['temperature', weekOf(0).start],
      ['humidity', null],
    ]);
  });

  it('keeps its first window and the newest 199', () => {
    const many = Array.from({ length: 250 }, (_, index) => decided(index, 'data-drift'));
    const { newest } = follow(many);
    expect(newest?.windows).toHaveLength(200);
    expect(newest?.windows[0]?.window).toEqual(weekOf(0));
    expect(newest?.windows[1]?.window).toEqual(weekOf(51));
    expect(newest?.windows.at(-1)?.window).toEqual(weekOf(249));
  });

  it('is closed by a person once; a window that was delivered again opens none', () => {
    const { newest } = follow([decided(0, 'data-drift')]);
    if (newest === null) throw new Error('no incident');
    const by = { actor: 'user:ada', note: 'a holiday', at: decidedAt(1) };
    const closed = closeIncident(newest, by, []);
    expect(closed).toMatchObject({
      status: 'closed',
      resolution: { how: 'closed-by-person', actor: 'user:ada', note: 'a holiday' },
    });
    expect(closeIncident(closed, { ...by, note: 'again' }, [])).toBe(closed);
    expect(follow([decided(0, 'data-drift')], {}, closed).incidents).toHaveLength(1);
    expect(follow([decided(1, 'data-drift')], {}, closed).newest?.number).toBe(2);
  });
});

it('whatever the windows: at most one is open, numbers have no holes, every breach is in one', () => {
  const kinds = fc.constantFrom('ok', 'insufficient', 'data-drift', 'no-data', 'unknown' as const);
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 40 }), (sequence) => {
      const decisions = sequence.map((kind, index) => decided(index, kind));
      const { incidents } = follow(decisions);
      expect(incidents.map(({ number }) => number)).toEqual(incidents.map((_, i) => i + 1));
      const open = incidents.filter(({ status }) => status === 'open');
      expect(open.length).toBeLessThanOrEqual(1);
      if (open[0] !== undefined) expect(open[0]).toBe(incidents.at(-1));
      const held = incidents.flatMap(({ windows }) => windows.map(({ window }) => window.end));
      expect(new Set(held).size).toBe(held.length);
      for (const { verdict, window } of decisions) {
        if (verdict.kind !== 'ok' && verdict.kind !== 'insufficient') {
          expect(held).toContain(window.end);
        }
      }
    }),
  );
});

import { describe, expect, it } from 'vitest';
import type { GatedRequest, GuardSpec } from '../../../contracts/index.js';
import {
  admitRetrain,
  type ModelEvent,
  type ModelState,
  quietUntil,
  reduce,
  stateFromLedger,
} from '../../../monitoring/policy/index.js';
import { actions, alerts, deployAnswers, play, recorded } from './play.js';
import { askForLabels, day, deploy, GUARDS, repair, retrain, rollback } from './requests.js';

const served = play([ask(deploy(1)), ask(deploy(2, { comparedWith: 1 }))]).state;

function ask(request: GatedRequest): ModelEvent {
  switch (request.kind) {
    case 'retrain':
      return { kind: 'retrain-requested', request };
    case 'repair':
      return { kind: 'repair-requested', request };
    case 'askForLabels':
      return { kind: 'labels-requested', request };
    default:
      return { kind: 'change-requested', request };
  }
}
function answer(over: object = {}): ModelEvent {
  return {
    kind: 'approval-answered',
    answerId: 'answer-1',
    answer: {
      actor: 'user:ann',
      reason: 'looked at it',
      asOf: day(101),
      answer: 'approve',
      requestId: null,
      version: null,
      ...over,
    },
  };
}
const automated = (automation: ModelState['automation'], guards: Partial<GuardSpec> = {}) => ({
  ...served,
  automation,
  guards: { ...GUARDS, ...guards },
});
const byRetraining = deploy(3, { comparedWith: 2, actor: 'run:retrain' });
const byMonitor = rollback({ actor: 'monitor', trigger: 'monitor' });

describe('automation', () => {
  it.each([
    ['retrain', retrain(), 'retrain-held'],
    ['rollback', byMonitor, 'rollback-refused'],
    ['impute', repair(), 'response-held'],
    ['call for labels', askForLabels(), 'response-held'],
  ] as const)(
    'manual: a %s is held, and the ledger says what a person would run',
    (_, request, action) => {
      const { state, effects } = play([ask(request)], automated('manual'));
      const [line] = recorded(effects);
      expect(line).toMatchObject({ action, evidence: { guard: 'automation' } });
      expect(line?.reason).toContain('released by a person who runs `millrace');
      expect(state.counts.held).toBe(1);
    },
  );

  it('manual: what a person asks for is done', () => {
    const { effects } = play(
      [ask(rollback({ actor: 'user:ann' })), ask(retrain({ trigger: 'manual' }))],
      automated('manual'),
    );
    expect(effects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['switch-champion', 'start-retrain']),
    );
  });

  it('train: retrains run, and their promotion waits for a person', () => {
    const start = automated('train');
    expect(play([ask(retrain())], start).effects[0]?.kind).toBe('start-retrain');
    const { state, effects } = play([ask(byRetraining)], start);
    expect(actions(effects)).toEqual(['approval-requested']);
    expect(deployAnswers(effects)).toEqual([
      expect.objectContaining({
        outcome: 'kept-as-challenger',
        detail: expect.stringContaining('`millrace approve bike@3'),
      }),
    ]);
    expect(alerts(effects)).toEqual(['bike: promotion of version 3 waits for approval']);
    const approved = play([answer({ version: 3 })], state);
    expect(actions(approved.effects)).toEqual(['approved', 'promoted']);
    expect(approved.state).toMatchObject({ champion: { version: 3 }, pending: [] });
  });

  it('train: a version that waits does not make its retrain ineffective', () => {
    const start = automated('train');
    const requestId = retrain().requestId;
    const { state, effects } = play(
      [
        ask(retrain()),
        { kind: 'retrain-started', requestId, runId: 'run-3' },
        ask(byRetraining),
        { kind: 'pipeline-ended', ended: { runId: 'run-3', status: 'completed' } },
      ],
      start,
    );
    expect(state.ineffectiveRetrains).toBe(0);
    expect(recorded(effects).at(-1)?.evidence['outcome']).toBe('awaits-promotion');
  });

  it('what waits is refused by a person, or gives way to a later version', () => {
    const waiting = play([ask(byRetraining)], automated('train')).state;
    const refused = play([answer({ answer: 'reject' })], waiting);
    expect(actions(refused.effects)).toEqual(['rejected']);
    expect(refused.state.pending).toEqual([]);
    const later = deploy(4, { comparedWith: 2, actor: 'run:retrain' });
    const newer = play([ask(later)], waiting);
    expect(actions(newer.effects)).toEqual(['rejected', 'approval-requested']);
    expect(newer.state.pending.map(({ request }) => request.requestId)).toEqual([later.requestId]);
  });

  it('an answer to nothing, or to more than one, changes nothing and says so', () => {
    const start = automated('train');
    expect(actions(play([answer()], start).effects)).toEqual(['approval-refused']);
    const two = play([ask(byRetraining), ask(byMonitor)], start);
    expect(two.state.pending).toHaveLength(2);
    const { state, effects } = play([answer()], two.state);
    expect(recorded(effects)[0]?.reason).toContain('2 requests wait');
    expect(state.pending).toHaveLength(2);
  });

  it('an approved version is ruled on again: another champion may serve by now', () => {
    const waiting = play([ask(byRetraining)], automated('train')).state;
    const moved = play([ask(deploy(5, { kind: 'promote', actor: 'user:bob' }))], waiting).state;
    const { state, effects } = play([answer()], moved);
    expect(actions(effects)).toEqual(['approved', 'kept-as-challenger']);
    expect(state.champion?.version).toBe(5);
  });
});

describe('high risk', () => {
  const high = { ...byRetraining, risk: 'high' } as const;

  it('is refused at once where the version lacks what a person needs', () => {
    const missing = ['a fairness check (`monitor.fairness`)'];
    const { state, effects } = play([ask(high)], served, { missing });
    expect(recorded(effects)[0]).toMatchObject({
      action: 'deploy-refused',
      evidence: { guard: 'risk' },
    });
    expect(recorded(effects)[0]?.reason).toContain('version 3 lacks a fairness check');
    expect(deployAnswers(effects)[0]?.outcome).toBe('refused');
    expect(state).toMatchObject({ pending: [], counts: { refused: 1 } });
  });

  it('that a newer version overtakes while it is looked at stays a challenger', () => {
    const nowMs = Date.parse(day(100));
    const looked = reduce(served, ask(high), nowMs);
    const newer = {
      ...deploy(4, { comparedWith: 2, actor: 'run:retrain' }),
      risk: 'high',
    } as const;
    const { effects } = reduce(looked.state, ask(newer), nowMs);
    expect(deployAnswers(effects)).toMatchObject([
      {
        requestId: high.requestId,
        outcome: 'kept-as-challenger',
        detail: expect.stringContaining('version 4'),
      },
    ]);
  });

  it('waits for a person where it is ready, also of a run that was started by hand', () => {
    for (const request of [high, { ...high, actor: 'run:manual' }]) {
      const { state, effects } = play([ask(request)], served);
      expect(actions(effects)).toEqual(['approval-requested']);
      expect(play([answer()], state).state.champion?.version).toBe(3);
    }
  });

  it('a retraining of high risk waits before it runs, and so does what it makes', () => {
    const asked = play([ask(retrain({ risk: 'high' }))], served);
    expect(actions(asked.effects)).toEqual(['approval-requested']);
    expect(asked.effects.some(({ kind }) => kind === 'start-retrain')).toBe(false);
    const again = play([ask(retrain({ requestId: 'again', asOf: day(60) }))], asked.state);
    expect(recorded(again.effects)[0]?.reason).toContain('a retrain waits already');
    const running = play([answer()], asked.state);
    expect(running.effects.some(({ kind }) => kind === 'start-retrain')).toBe(true);
    const { requestId } = retrain();
    const made = play(
      [{ kind: 'retrain-started', requestId, runId: 'run-3' }, ask(byRetraining)],
      running.state,
    );
    expect(actions(made.effects)).toEqual(['retrain-started', 'approval-requested']);
  });

  it('nobody approves a request by what it carries', () => {
    const { effects } = play([ask({ ...high, approvedBy: 'user:mallory' })], served);
    expect(actions(effects)).toEqual(['approval-requested']);
  });

  it('of a promotion by hand it is found out what the version lacks', () => {
    const promote = deploy(3, { kind: 'promote', actor: 'user:ann', risk: 'high', answerTo: null });
    expect(play([ask(promote)], served).state.champion?.version).toBe(3);
    const lacking = play([ask(promote)], served, { missing: ['a seed'] });
    expect(lacking.state.champion?.version).toBe(2);
    expect(actions(lacking.effects)).toEqual(['deploy-refused']);
  });
});

describe('medium risk', () => {
  const nowMs = Date.parse(day(100));
  const medium = { ...byRetraining, risk: 'medium', undoMs: 3_600_000 } as const;
  const undo = (requestId = 'undo-1'): ModelEvent => ({
    kind: 'undo-requested',
    request: { requestId, actor: 'user:ann', reason: 'complaints', asOf: day(100) },
  });

  it('acts, tells until when it can be undone, and is undone', () => {
    const promoted = play([ask(medium)], served, { nowMs });
    const until = new Date(nowMs + 3_600_000).toISOString();
    expect(recorded(promoted.effects)[0]).toMatchObject({
      action: 'promoted',
      evidence: { undoUntil: until },
    });
    expect(alerts(promoted.effects)).toEqual([
      `bike: promotion of version 3, which can be undone until ${until}`,
    ]);
    const undone = play([undo()], promoted.state, { nowMs: nowMs + 60_000 });
    expect(actions(undone.effects)).toEqual(['undone', 'rolled-back']);
    expect(undone.state).toMatchObject({ champion: { version: 2 }, undoable: [] });
    const twice = play([undo('undo-2')], undone.state, { nowMs: nowMs + 60_000 });
    expect(recorded(twice.effects)[0]?.reason).toContain('nothing can be undone any more');
  });

  it('is not undone after its time, nor where another version serves', () => {
    const { state } = play([ask(medium)], served, { nowMs });
    expect(actions(play([undo()], state, { nowMs: nowMs + 3_600_001 }).effects)).toEqual([
      'undo-refused',
    ]);
    const moved = play([ask(deploy(4, { kind: 'promote', actor: 'user:bob' }))], state, { nowMs });
    const { effects } = play([undo()], moved.state, { nowMs });
    expect(recorded(effects)[0]?.reason).toContain('version 3 serves no more: version 4');
  });

  it('a rollback is undone by a promotion', () => {
    const back = play([ask({ ...byMonitor, risk: 'medium' })], served, { nowMs });
    expect(back.state.champion?.version).toBe(1);
    const undone = play([undo()], back.state, { nowMs });
    expect(actions(undone.effects)).toEqual(['undone', 'promoted']);
    expect(undone.state.champion?.version).toBe(2);
  });

  it('a running retrain is cancelled, and counts as neither effective nor ineffective', () => {
    const request = retrain({ risk: 'medium' });
    const running = play(
      [ask(request), { kind: 'retrain-started', requestId: request.requestId, runId: 'run-3' }],
      served,
      { nowMs },
    );
    const undone = play([undo()], running.state, { nowMs });
    expect(undone.effects).toContainEqual({
      kind: 'cancel-run',
      runId: 'run-3',
      actor: 'user:ann',
      reason: 'complaints',
    });
    const ended = play(
      [{ kind: 'pipeline-ended', ended: { runId: 'run-3', status: 'cancelled' } }],
      undone.state,
      { nowMs },
    );
    expect(ended.state).toMatchObject({ retrain: null, ineffectiveRetrains: 0, undoable: [] });
  });

  it('a repair is lifted', () => {
    const begun = play([ask(repair({ risk: 'medium' }))], served, { nowMs });
    expect(begun.state.repairs.map(({ key }) => key)).toEqual(['impute/temp']);
    const undone = play([undo()], begun.state, { nowMs });
    expect(actions(undone.effects)).toEqual(['undone', 'repair-lifted']);
    expect(undone.state.repairs).toEqual([]);
  });
});

describe('quiet hours', () => {
  const hours = { from: '22:00', to: '06:00', timezone: 'Europe/Berlin' };
  const at = (time: string) => Date.parse(time);

  it.each([
    ['2026-01-01T20:59:59Z', null],
    ['2026-01-01T21:00:00Z', '2026-01-02T05:00:00.000Z'],
    ['2026-01-02T04:59:30Z', '2026-01-02T05:00:00.000Z'],
    ['2026-01-02T05:00:00Z', null],
    // The clocks go forward, and back: 06:00 is another hour after 22:00.
    ['2026-03-28T22:00:00Z', '2026-03-29T04:00:00.000Z'],
    ['2026-10-24T21:00:00Z', '2026-10-25T05:00:00.000Z'],
  ])('at %s they end at %s', (now, until) => {
    const end = quietUntil(hours, at(now));
    expect(end === null ? null : new Date(end).toISOString()).toBe(until);
  });

  it.each([
    ['an empty range is never quiet', { from: '06:00', to: '06:00', timezone: 'UTC' }, null],
    ['a range by day', { from: '08:00', to: '18:00', timezone: 'UTC' }, '2026-01-01T18:00:00.000Z'],
  ])('%s', (_, range, until) => {
    const end = quietUntil(range, at('2026-01-01T12:00:00Z'));
    expect(end === null ? null : new Date(end).toISOString()).toBe(until);
  });

  it('hold what nobody asked for by hand, keep it, and let it go on at their end', () => {
    const start = automated('full', { quietHours: hours });
    const night = { nowMs: at('2026-01-01T23:00:00Z') };
    const asleep = play([ask(retrain()), ask(byRetraining)], start, night);
    expect(actions(asleep.effects)).toEqual(['waiting', 'waiting']);
    expect(asleep.state.pending.map(({ until }) => until)).toEqual(
      Array(2).fill('2026-01-02T05:00:00.000Z'),
    );
    const coalesced = play(
      [ask(retrain({ requestId: 'next', asOf: day(51) }))],
      asleep.state,
      night,
    );
    expect(coalesced.state.counts.coalesced).toBe(1);
    expect(
      play([ask(retrain({ requestId: 'by hand', trigger: 'manual' }))], start, night).effects[0]
        ?.kind,
    ).toBe('start-retrain');
    expect(play([{ kind: 'time-passed' }], asleep.state, night).effects).toEqual([]);

    const morning = play([{ kind: 'time-passed' }], asleep.state, {
      nowMs: at('2026-01-02T05:00:00Z'),
    });
    expect(morning.effects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['start-retrain', 'switch-champion']),
    );
    expect(morning.state).toMatchObject({ pending: [], champion: { version: 3 } });
  });

  it('a person may let it go on at night', () => {
    const start = automated('full', { quietHours: hours });
    const night = { nowMs: at('2026-01-01T23:00:00Z') };
    const asleep = play([ask(byMonitor)], start, night);
    const woken = play([answer()], asleep.state, night);
    expect(actions(woken.effects)).toEqual(['approved', 'rolled-back']);
  });
});

describe('a pause', () => {
  const pause: ModelEvent = {
    kind: 'paused',
    actor: 'user:ann',
    reason: 'a fair',
    asOf: day(100),
    requestId: 'pause-1',
    until: day(101),
  };
  it('ends by itself, with a line of the ledger', () => {
    const paused = play([pause], served).state;
    const held = play([ask(retrain()), ask(byMonitor), ask(repair())], paused);
    expect(actions(held.effects)).toEqual(['retrain-held', 'rollback-refused', 'response-held']);
    expect(recorded(held.effects)[0]?.reason).toContain(`released at ${day(101)}`);
    const over = play([{ kind: 'time-passed' }], paused, { nowMs: Date.parse(day(101)) });
    expect(over.state.paused).toBeNull();
    expect(recorded(over.effects)[0]).toMatchObject({ action: 'resumed', actor: 'millrace' });
  });

  it('holds what other systems signal, too', () => {
    const paused = play([pause], served).state;
    const { effects } = play(
      [ask(rollback({ actor: 'grafana (key ops)', trigger: 'monitor' }))],
      paused,
    );
    expect(actions(effects)).toEqual(['rollback-refused']);
  });

  it('does not hold what a person has retrained', () => {
    const paused = play([pause], served).state;
    const asked = retrain({ trigger: 'manual', actor: 'user:ann' });
    const { requestId } = asked;
    const started = { kind: 'retrain-started', requestId, runId: 'run-9' } as const;
    const { state } = play([ask(asked), started], paused);
    const version = deploy(9, { comparedWith: state.champion?.version ?? null });
    expect(play([ask(version)], state).state.champion?.version).toBe(9);
    expect(play([ask(version)], paused).state.champion).toEqual(state.champion);
  });
});

describe('repairs', () => {
  it('begin once, are lifted once, and end with the champion that they stood in for', () => {
    const begun = play(
      [ask(repair({ features: ['temp', 'wind'] })), ask(repair({ requestId: 'r2' }))],
      served,
    );
    expect(actions(begun.effects)).toEqual(['repaired', 'repaired', 'response-held']);
    expect(begun.state.counts).toMatchObject({ coalesced: 1 });
    const lift = repair({ requestId: 'r3', change: 'lift' });
    const lifted = play([ask(lift), ask({ ...lift, requestId: 'r4' })], begun.state);
    expect(actions(lifted.effects)).toEqual(['repair-lifted', 'response-held']);
    expect(lifted.state.repairs.map(({ key }) => key)).toEqual(['impute/wind']);
    const fallen = play(
      [ask(repair({ requestId: 'r5', repair: 'fallback', features: [] }))],
      served,
    );
    const promoted = play([ask(byRetraining)], fallen.state);
    expect(actions(promoted.effects)).toEqual(['promoted', 'repair-lifted']);
    expect(promoted.state.repairs).toEqual([]);
  });
});

describe('minimum new labels', () => {
  it('hold a retrain until enough have come', () => {
    const start = automated('full', { minLabels: 100 });
    expect(admitRetrain(start, retrain({ newLabels: 40 }))).toEqual({
      admitted: false,
      guard: 'min-labels',
      detail: expect.stringContaining('released when 60 more have come'),
    });
    expect(admitRetrain(start, retrain({ newLabels: 100 }))).toEqual({ admitted: true });
    expect(admitRetrain(start, retrain({ newLabels: 40, trigger: 'schedule' })).admitted).toBe(
      true,
    );
  });
});

describe('when Temporal has lost everything', () => {
  it('the ledger tells what waits, what holds and what can be undone', () => {
    const hours = { from: '00:00', to: '23:59', timezone: 'UTC' };
    const nowMs = Date.parse('2026-01-01T12:00:00Z');
    const promoted = play([ask({ ...byRetraining, risk: 'medium' })], served, { nowMs });
    const played = play(
      [
        ask(repair()),
        ask({ ...deploy(4, { comparedWith: 3, actor: 'run:retrain' }), risk: 'high' }),
        ask(rollback({ actor: 'monitor', trigger: 'monitor', risk: 'high' })),
        {
          kind: 'paused',
          actor: 'user:ann',
          reason: 'a fair',
          asOf: day(100),
          requestId: 'pause-1',
          until: day(101),
        },
      ],
      promoted.state,
      { nowMs },
    );
    const quiet = play(
      [ask(retrain())],
      { ...played.state, paused: null, guards: { ...GUARDS, quietHours: hours } },
      { nowMs },
    );
    const first = play([ask(deploy(1)), ask(deploy(2, { comparedWith: 1 }))]);
    const ledger = [first, promoted, played, quiet].flatMap(({ effects }) =>
      recorded(effects).map((entry) => ({ ...entry, at: '' })),
    );
    const state = stateFromLedger('bike', ledger, null, 'train');
    const { pending, repairs, undoable, champion, automation } = state;
    expect({ pending, repairs, undoable, champion }).toEqual({
      pending: quiet.state.pending,
      repairs: quiet.state.repairs,
      undoable: quiet.state.undoable,
      champion: quiet.state.champion,
    });
    expect(pending).toHaveLength(3);
    expect(state.paused).toEqual(played.state.paused);
    expect(automation).toBe('train');
  });
});

describe('a version that was registered to be approved first', () => {
  const waiting = deploy(3, { comparedWith: 2, approval: 'pending' });

  it('waits for a person, whoever asked for it and whatever its risk', () => {
    const { state } = play([ask(waiting)], served);
    expect(state.champion?.version).toBe(2);
    expect(state.pending).toMatchObject([
      {
        waitsFor: 'approval',
        detail: expect.stringContaining('`millrace approve bike@3 --reason …`'),
      },
    ]);
  });

  it('goes into service once a person has approved it', () => {
    const { state } = play([ask(waiting), answer({ version: 3 })], served);
    expect(state.champion?.version).toBe(3);
    expect(state.pending).toEqual([]);
  });
});

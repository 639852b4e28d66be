import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../contracts/index.js';
import {
  emptyState,
  type ModelEffect,
  type ModelEvent,
  type ModelState,
  reduce,
  stateFromLedger,
} from '../../../monitoring/policy/index.js';
import { fc } from '../../support/property.js';
import { day, deploy, GUARDS, retrain, rollback } from './requests.js';

type Outcome = Extract<ModelEvent, { kind: 'change-ended' }>['outcome'];

/** Applies events as `manageModel` does, ending each switch at once with the outcome given. */
function play(
  events: readonly ModelEvent[],
  outcome: Outcome = 'confirmed',
  start = emptyState('bike'),
) {
  let state = start;
  const effects: ModelEffect[] = [];
  const queue = [...events];
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    const step = reduce(state, event);
    state = step.state;
    effects.push(...step.effects);
    for (const effect of step.effects) {
      if (effect.kind === 'switch-champion')
        queue.unshift(ended(effect.change.request.requestId, outcome));
    }
  }
  return { state, effects };
}

function ended(requestId: string, outcome: Outcome): ModelEvent {
  return { kind: 'change-ended', requestId, outcome, detail: outcome, guards: GUARDS };
}

const change = (
  request: Extract<ModelEvent, { kind: 'change-requested' }>['request'],
): ModelEvent => ({
  kind: 'change-requested',
  request,
});
const answers = (effects: readonly ModelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'answer-deploy' ? [effect.answer.outcome] : []));
const recorded = (effects: readonly ModelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'record' ? [effect.entry] : []));

describe('deploying', () => {
  it('makes the first version champion and answers the run that asked', () => {
    const { state, effects } = play([change(deploy(1))]);
    expect(state.champion).toEqual({ version: 1, sinceAsOf: day(1) });
    expect(state.transition).toBe(1);
    expect(answers(effects)).toEqual(['promoted']);
  });

  it('keeps a version as challenger when another champion serves than it was compared with', () => {
    const { state, effects } = play([change(deploy(1)), change(deploy(2, { comparedWith: null }))]);
    expect(state.champion?.version).toBe(1);
    expect(answers(effects)).toEqual(['promoted', 'kept-as-challenger']);
    expect(recorded(effects)[0]?.reason).toContain('version 1 is champion now');
  });

  it('takes a version of a pipeline that compares nothing and says so, and no other', () => {
    const after = (standing: 'exempt' | 'not-compared' | 'unproven' | 'first') =>
      play([change(deploy(1)), change(deploy(2, { comparedWith: null, standing }))]);
    expect(after('exempt').state.champion?.version).toBe(2);
    const kept = (['not-compared', 'unproven', 'first'] as const).map(after);
    expect(kept.map(({ state }) => state.champion?.version)).toEqual([1, 1, 1]);
    const reasons = kept.map(({ effects }) => recorded(effects)[0]?.reason);
    // Where an evaluation found no champion, the next run finds one.
    expect(reasons.map((reason) => reason?.includes('`promote: uncompared`'))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('keeps a version that is worse, unless a person overrode its gate', () => {
    const worse = play([
      change(deploy(1)),
      change(deploy(2, { comparedWith: 1, standing: 'worse' })),
    ]);
    expect(worse.state.champion?.version).toBe(1);
    const overridden = play([
      change(deploy(1)),
      change(deploy(2, { comparedWith: 1, standing: 'gate-overridden' })),
    ]);
    expect(overridden.state.champion?.version).toBe(2);
  });

  it('acts once on a request that is delivered twice', () => {
    const { state, effects } = play([change(deploy(1)), change(deploy(1))]);
    expect(effects.filter(({ kind }) => kind === 'switch-champion')).toHaveLength(1);
    expect(state.counts).toMatchObject({ received: 2, acted: 1, duplicate: 1 });
  });

  it('leaves the champion where it was when a gateway does not take the new one', () => {
    const before = play([change(deploy(1))]).state;
    const { state, effects } = play(
      [change(deploy(2, { comparedWith: 1 }))],
      'compensated',
      before,
    );
    expect(state.champion?.version).toBe(1);
    expect(state.transition).toBe(3);
    expect(answers(effects)).toEqual(['refused']);
  });

  it('changes nothing when the version cannot be served', () => {
    const before = play([change(deploy(1))]).state;
    const { state, effects } = play([change(deploy(2, { comparedWith: 1 }))], 'unusable', before);
    expect(state).toMatchObject({ champion: { version: 1 }, transition: 1 });
    expect(recorded(effects)[0]?.action).toBe('deploy-refused');
  });
});

describe('rolling back', () => {
  const two = play([change(deploy(1)), change(deploy(2, { comparedWith: 1 }))]).state;

  it('returns to the champion before, and then has nothing more to return to', () => {
    const once = play([change(rollback())], 'confirmed', two);
    expect(once.state.champion).toEqual({ version: 1, sinceAsOf: day(100) });
    const twice = play([change(rollback({ requestId: 'rollback-2' }))], 'confirmed', once.state);
    expect(twice.state.champion?.version).toBe(1);
    expect(recorded(twice.effects)[0]?.reason).toContain(
      'there is none to return to: version 1 was the first, or those before it were rolled back',
    );
  });

  it('says which versions it could return to, where another one is named', () => {
    const { state, effects } = play([change(rollback({ version: 9 }))], 'confirmed', two);
    expect(state.champion?.version).toBe(2);
    expect(recorded(effects)[0]?.reason).toContain(
      'version 9 is none of those before version 2 (1), or was rolled back; promote it instead',
    );
  });

  it('ignores a complaint about a version that serves no more', () => {
    const { state, effects } = play([change(rollback({ blames: 1 }))], 'confirmed', two);
    expect(state.champion?.version).toBe(2);
    expect(recorded(effects)[0]?.reason).toContain('version 1 serves no more');
  });

  it('beats a deploy in flight, and goes before the deploys that wait', () => {
    const inFlight = reduce(two, change(deploy(3, { comparedWith: 2 }))).state;
    const waiting = reduce(inFlight, change(deploy(4, { comparedWith: 2 }))).state;
    const step = reduce(waiting, change(rollback()));
    expect(step.effects).toEqual([{ kind: 'overtake-switch', requestId: 'run-3/deploy' }]);
    expect(step.state.waiting.map(({ kind }) => kind)).toEqual(['rollback', 'deploy']);
    const after = reduce(step.state, ended('run-3/deploy', 'overtaken'));
    expect(after.state.change?.request.kind).toBe('rollback');
    expect(after.state.change?.to).toBe(2);
  });
});

describe('retraining', () => {
  const served = play([change(deploy(1))]).state;
  const ask = (over: Parameters<typeof retrain>[0] = {}): ModelEvent => ({
    kind: 'retrain-requested',
    request: retrain(over),
  });

  it('runs one at a time: a request during a retrain is coalesced and counted', () => {
    const { state, effects } = play([ask(), ask({ asOf: day(51) })], 'confirmed', served);
    expect(effects.filter(({ kind }) => kind === 'start-retrain')).toHaveLength(1);
    expect(state.counts).toMatchObject({ acted: 2, coalesced: 1 });
  });

  it('knows that its run brought a version to production', () => {
    const requestId = retrain().requestId;
    const { state, effects } = play(
      [
        ask(),
        { kind: 'retrain-started', requestId, runId: 'run-2' },
        change(deploy(2, { comparedWith: 1 })),
        { kind: 'pipeline-ended', ended: { runId: 'run-2', status: 'completed' } },
      ],
      'confirmed',
      served,
    );
    expect(state).toMatchObject({
      retrain: null,
      ineffectiveRetrains: 0,
      champion: { version: 2 },
    });
    expect(recorded(effects).map(({ action }) => action)).toEqual([
      'retrain-started',
      'retrain-ended',
    ]);
  });

  it.each([
    ['cooldown', { asOf: day(50.5) }],
    ['stale', { asOf: day(49) }],
  ])('is held by %s, named in the ledger with what releases it', (guard, over) => {
    const once = playRetrain(served, day(50));
    const { effects } = play([ask(over)], 'confirmed', once);
    expect(recorded(effects)[0]).toMatchObject({ action: 'retrain-held', evidence: { guard } });
  });

  it('is held by the budget until the oldest leaves the period', () => {
    const twice = playRetrain(playRetrain(served, day(50), 'rejected', 2), day(52), 'completed', 3);
    const within = play([ask({ asOf: day(60) })], 'confirmed', twice);
    expect(recorded(within.effects)[0]?.evidence).toMatchObject({ guard: 'budget' });
    const after = play([ask({ asOf: day(81) })], 'confirmed', twice);
    expect(after.effects[0]?.kind).toBe('start-retrain');
  });

  it('stops after ineffective retrains until a person acts', () => {
    const stuck = playRetrain(playRetrain(served, day(50), 'rejected'), day(90), 'failed');
    expect(stuck.ineffectiveRetrains).toBe(2);
    const held = play([ask({ asOf: day(200) })], 'confirmed', stuck);
    expect(recorded(held.effects)[0]?.evidence).toMatchObject({ guard: 'circuit-breaker' });
    const manual = play([ask({ asOf: day(200), trigger: 'manual' })], 'confirmed', stuck);
    expect(manual.effects[0]?.kind).toBe('start-retrain');
  });

  /** One whole retrain; with `promotes` it brings that version to production. */
  function playRetrain(
    from: ModelState,
    asOf: string,
    status: 'completed' | 'rejected' | 'failed' = 'rejected',
    promotes?: number,
  ): ModelState {
    const request = retrain({ asOf });
    const runId = `run-${promotes ?? asOf}`;
    const events: ModelEvent[] = [
      { kind: 'retrain-requested', request },
      { kind: 'retrain-started', requestId: request.requestId, runId },
    ];
    if (promotes !== undefined) {
      events.push(change(deploy(promotes, { comparedWith: from.champion?.version ?? null })));
    }
    events.push({ kind: 'pipeline-ended', ended: { runId, status } });
    return play(events, 'confirmed', from).state;
  }
});

describe('a ledger', () => {
  const line = (action: LedgerEntry['action'], key: string, to: number | null): LedgerEntry => {
    const base = {
      model: 'bike',
      at: '',
      asOf: day(1),
      actor: 'test',
      reason: 'test',
      evidence: {},
    };
    return { ...base, key, action, from: null, to };
  };

  it('keeps what happened between a switch and its compensation', () => {
    const state = stateFromLedger(
      'bike',
      [
        line('promoted', 'transition/bike/1', 1),
        line('promoted', 'transition/bike/2', 2),
        line('paused', 'paused/1', 2),
        line('compensated', 'transition/bike/3', 1),
      ],
      GUARDS,
    );
    expect(state).toMatchObject({ champion: { version: 1 }, transition: 3, earlier: [] });
    expect(state.paused).toEqual({ actor: 'test', reason: 'test' });
  });
});

describe('the state machine under any sequence of events', () => {
  const requestIds = fc.integer({ min: 1, max: 6 }).map((n) => `r${n}`);
  const event: fc.Arbitrary<ModelEvent> = fc.oneof(
    fc
      .record({
        id: requestIds,
        version: fc.integer({ min: 1, max: 5 }),
        with: fc.option(fc.integer({ min: 1, max: 5 })),
      })
      .map((g) =>
        change(
          deploy(g.version, {
            requestId: g.id,
            comparedWith: g.with,
            kind: g.with === null ? 'promote' : 'deploy',
          }),
        ),
      ),
    fc
      .record({ id: requestIds, version: fc.option(fc.integer({ min: 1, max: 5 })) })
      .map((g) => change(rollback({ requestId: `b${g.id}`, version: g.version }))),
    fc.record({ id: requestIds, at: fc.integer({ min: 0, max: 300 }) }).map(
      (g): ModelEvent => ({
        kind: 'retrain-requested',
        request: retrain({ requestId: `t${g.id}`, asOf: day(g.at) }),
      }),
    ),
    fc.record({ id: requestIds }).map(
      (g): ModelEvent => ({
        kind: 'retrain-started',
        requestId: `t${g.id}`,
        runId: `run-${g.id}`,
      }),
    ),
    fc
      .record({
        id: requestIds,
        status: fc.constantFrom('completed', 'failed', 'rejected', 'cancelled'),
      })
      .map(
        (g): ModelEvent => ({
          kind: 'pipeline-ended',
          ended: { runId: `run-${g.id}`, status: g.status },
        }),
      ),
    fc
      .constantFrom<Outcome>('confirmed', 'unconfirmed', 'compensated', 'unusable', 'overtaken')
      .map((outcome): ModelEvent => ended('in-flight', outcome)),
  );

  /** Plays events, ending the switch in flight where an event says so; keeps the ledger as activities would. */
  function run(events: readonly ModelEvent[]) {
    let state = emptyState('bike');
    const ledger: LedgerEntry[] = [];
    let switches = 0;
    for (const raw of events) {
      const inFlight = state.change;
      if (raw.kind === 'change-ended' && inFlight === null) continue;
      const requestId = inFlight?.request.requestId ?? '';
      const next = raw.kind === 'change-ended' ? { ...raw, requestId } : raw;
      const step = reduce(state, next);
      if (next.kind === 'change-ended' && inFlight !== null && next.outcome !== 'unusable') {
        const moves = pending.splice(0);
        ledger.push(...moves.slice(0, next.outcome === 'compensated' ? 2 : 1));
      } else if (next.kind === 'change-ended') pending.splice(0);
      state = step.state;
      for (const effect of step.effects) {
        if (effect.kind === 'switch-champion') {
          switches += 1;
          pending.push({ ...effect.entry, at: '' }, { ...effect.compensation, at: '' });
        }
        if (effect.kind === 'record') ledger.push({ ...effect.entry, at: '' });
      }
      check(state, switches, ledger);
    }
    return { state, ledger };
  }
  const pending: LedgerEntry[] = [];

  function check(state: ModelState, switches: number, ledger: readonly LedgerEntry[]): void {
    const { received, acted, coalesced, held, refused, duplicate } = state.counts;
    expect(received).toBe(acted + coalesced + held + refused + duplicate + state.waiting.length);
    expect(switches).toBeLessThanOrEqual(acted);
    const moves = ledger.filter(({ key }) => key.startsWith('transition/'));
    expect(new Set(moves.map(({ key }) => key)).size).toBe(moves.length);
    expect(state.earlier.map(({ version }) => version)).not.toContain(state.champion?.version);
  }

  it('never loses count of a message, never reuses a transition, never lists the champion as its own predecessor', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        pending.splice(0);
        run(events);
      }),
      { numRuns: 300 },
    );
  });

  it('is told in full by the ledger: champion, predecessors and the number of transitions', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        pending.splice(0);
        const { state, ledger } = run(events);
        const rebuilt = stateFromLedger('bike', ledger, GUARDS);
        expect(rebuilt.champion).toEqual(state.champion);
        expect(rebuilt.earlier).toEqual(state.earlier);
        expect(rebuilt.transition).toBe(state.transition);
        expect(rebuilt.ineffectiveRetrains).toBe(state.ineffectiveRetrains);
      }),
      { numRuns: 300 },
    );
  });
});

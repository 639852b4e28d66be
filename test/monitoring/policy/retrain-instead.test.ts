import { describe, expect, it } from 'vitest';
import { emptyState, type ModelState, reduce } from '../../../monitoring/policy/index.js';
import { day, deploy, GUARDS, rollback } from './requests.js';

const state: ModelState = {
  ...emptyState('bike'),
  champion: { version: 2, sinceAsOf: day(2) },
  earlier: [{ version: 1, sinceAsOf: day(1) }],
  transition: 2,
  guards: GUARDS,
};
const window = { start: day(93), end: day(100) };
const nowhere = (retrainInstead: boolean) =>
  ({
    kind: 'change-ended',
    requestId: 'rollback-1',
    outcome: 'nowhere-to-return',
    detail: 'version 1 is no better on current data (it loses 3 more)',
    guards: null,
    retrainInstead,
  }) as const;

describe('a rollback with nowhere to return', () => {
  const asked = (over: Parameters<typeof rollback>[0] = {}) =>
    reduce(state, {
      kind: 'change-requested',
      request: rollback({ evidence: { window, changedFrom: day(95) }, ...over }),
    }).state;

  it('is refused with the reason, told, and becomes a retrain of the same window', () => {
    const { state: after, effects } = reduce(asked(), nowhere(true));
    expect(after).toMatchObject({ champion: { version: 2 }, change: null });
    expect(effects.map(({ kind }) => kind)).toEqual(['record', 'raise-alert', 'start-retrain']);
    expect(effects[0]).toMatchObject({
      entry: {
        action: 'rollback-refused',
        reason: expect.stringContaining('no better on current data'),
      },
    });
    expect(effects[1]).toMatchObject({ alert: { severity: 'critical' } });
    const retrain = effects.find((effect) => effect.kind === 'start-retrain');
    expect(retrain).toMatchObject({
      request: { window, evidence: { changedFrom: day(95), insteadOf: 'rollback-1' } },
    });
    const { received, acted, held } = after.counts;
    expect(received).toBe(acted + held);
  });

  it('only is refused where none could serve at all, or a person asked', () => {
    const kinds = (effects: readonly { readonly kind: string }[]) =>
      effects.map(({ kind }) => kind);
    expect(kinds(reduce(asked(), nowhere(false)).effects)).toEqual(['record', 'raise-alert']);
    const byHand = asked({ actor: 'ann', trigger: 'manual' });
    expect(kinds(reduce(byHand, nowhere(true)).effects)).toEqual(['record', 'raise-alert']);
  });

  it('is held by the guards of a retrain', () => {
    const recent = { ...asked(), retrains: [day(100)] };
    const { effects } = reduce(recent, nowhere(true));
    expect(effects.map(({ kind }) => kind)).not.toContain('start-retrain');
    expect(effects.at(-1)).toMatchObject({ kind: 'record', entry: { action: 'retrain-held' } });
  });
});

it('keeps a retrained version that is not proven', () => {
  const request = deploy(3, { comparedWith: 2, standing: 'unproven' });
  const { state: after, effects } = reduce(state, { kind: 'change-requested', request });
  expect(after.champion?.version).toBe(2);
  expect(effects[0]).toMatchObject({
    kind: 'record',
    entry: { action: 'kept-as-challenger', to: 3 },
  });
});

it('offers a monitor every earlier champion, a person the one that is named', () => {
  const chosen = (over: Parameters<typeof rollback>[0]) => {
    const many = { ...state, earlier: [3, 1].map((version) => ({ version, sinceAsOf: day(1) })) };
    const { effects } = reduce(many, { kind: 'change-requested', request: rollback(over) });
    const [effect] = effects;
    return effect?.kind === 'switch-champion' ? effect.choose : undefined;
  };
  expect(chosen({ version: 1 })).toEqual({ candidates: [1, 3], asker: 'monitor' });
  const ann = { actor: 'ann', trigger: 'manual' } as const;
  expect(chosen({ ...ann, version: 1 })).toEqual({ candidates: [1], asker: 'person-names' });
  expect(chosen(ann)).toEqual({ candidates: [3, 1], asker: 'person' });
});

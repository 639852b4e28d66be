import { describe, expect, it } from 'vitest';
import { rolloutSpec } from '../../../../contracts/index.js';
import { rolloutRecord } from '../../../../monitoring/policy/rollout/rollout-record.js';
import { deploy } from '../requests.js';
import { type Luck, RolloutWorld } from './rollout-world.js';

const GOOD: Luck = { verdict: 'pass', smokes: true, applies: true, switches: true };
const UNFOLLOWED: Luck = { ...GOOD, applies: false };
const MINUTE_MS = 60_000;

/** Version 2 beside version 1: it has 10 % of the requests, and is about to be given 50 %. */
function halfWay(): RolloutWorld {
  const world = new RolloutWorld();
  world.take({ kind: 'change-requested', request: deploy(1, { requestId: 'first' }) });
  world.settle();
  const steps = [{ setWeight: 10 }, { pause: '1m' }, { setWeight: 50 }, 'pause' as const];
  const rollout = rolloutSpec({ strategy: 'canary', steps });
  const request = deploy(2, { requestId: 'second', comparedWith: 1, rollout });
  world.take({ kind: 'change-requested', request });
  world.end(0, GOOD); // the smoke request
  world.end(0, GOOD); // 10 %
  world.pass(MINUTE_MS);
  return world;
}

const shares = (world: RolloutWorld) => world.route?.arms.map((arm) => arm.weightPercent);
const phase = (world: RolloutWorld) => world.state.rollout?.phase;

describe('shares that a live gateway does not apply in time', () => {
  it('give way to those before, and are tried again after a while', () => {
    const world = halfWay();
    world.end(0, UNFOLLOWED); // 50 %
    expect(phase(world)).toMatchObject({ kind: 'behind', until: null });
    world.end(0, GOOD); // back to 10 %
    expect(shares(world)).toEqual([90, 10]);
    const until = new Date(world.clockMs + MINUTE_MS).toISOString();
    expect(phase(world)).toMatchObject({ kind: 'behind', until });
    expect(world.ledger.at(-1)).toMatchObject({
      action: 'weight-moved',
      reason: expect.stringMatching(/^version 2 has 10 % of the requests again: route 2:/),
    });
    world.pass(MINUTE_MS);
    world.end(0, GOOD);
    expect(shares(world)).toEqual([50, 50]);
    expect(world.state.rollout).toMatchObject({ unapplied: 0, phase: { kind: 'resting' } });
    expect(world.broken).toEqual([]);
  });

  it('wait for a person after four attempts, who has them tried once more', () => {
    const world = halfWay();
    for (const waitMs of [MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS]) {
      world.end(0, UNFOLLOWED);
      world.end(0, UNFOLLOWED);
      expect(world.state.rollout?.pausedBy).toBeNull();
      world.pass(waitMs);
    }
    world.end(0, UNFOLLOWED);
    world.end(0, UNFOLLOWED);
    expect(phase(world)?.kind).toBe('held');
    expect(shares(world)).toEqual([90, 10]);
    const paused = world.ledger.find(({ action }) => action === 'rollout-paused');
    expect(paused).toMatchObject({
      actor: 'millrace',
      reason: expect.stringContaining('did not follow in 4 attempts'),
    });
    expect(world.rollouts.get('second')).toMatchObject({ status: 'paused', nextAt: null });
    steer(world, 'resume');
    world.end(0, GOOD);
    expect(shares(world)).toEqual([50, 50]);
  });

  it('are tried at once when a person resumes', () => {
    const world = halfWay();
    world.end(0, UNFOLLOWED);
    world.end(0, GOOD);
    steer(world, 'resume');
    expect(phase(world)?.kind).toBe('moving');
  });

  it('of the first weight leave the champion alone', () => {
    const world = new RolloutWorld();
    world.take({ kind: 'change-requested', request: deploy(1, { requestId: 'first' }) });
    world.settle();
    const rollout = rolloutSpec({ strategy: 'canary', steps: [{ setWeight: 10 }] });
    const request = deploy(2, { requestId: 'second', comparedWith: 1, rollout });
    world.take({ kind: 'change-requested', request });
    world.end(0, GOOD);
    world.end(0, UNFOLLOWED);
    world.end(0, GOOD);
    expect(world.route?.arms).toEqual([{ version: 1, weightPercent: 100 }]);
  });

  it('fall back all the same when it is aborted, also while they are given back', () => {
    const world = halfWay();
    world.end(0, UNFOLLOWED);
    steer(world, 'abort');
    expect(world.route).toBeNull();
    world.settle();
    expect(world.state.rollout).toBeNull();
    expect(world.rollouts.get('second')?.status).toBe('aborted');
  });

  it('are found again from the ledger, with the shares before', () => {
    const world = halfWay();
    world.end(0, UNFOLLOWED);
    world.end(0, GOOD);
    world.lose();
    expect(world.state.rollout?.applied?.arms.map((arm) => arm.weightPercent)).toEqual([90, 10]);
    world.pass(0);
    world.end(0, UNFOLLOWED);
    world.end(0, GOOD);
    expect(shares(world)).toEqual([90, 10]);
  });
});

describe('while a look is under way', () => {
  it('no time is told at which the next one would be', () => {
    const world = new RolloutWorld();
    world.take({ kind: 'change-requested', request: deploy(1, { requestId: 'first' }) });
    world.settle();
    const rollout = rolloutSpec({ strategy: 'canary' });
    const request = deploy(2, { requestId: 'second', comparedWith: 1, rollout });
    world.take({ kind: 'change-requested', request });
    world.end(0, GOOD);
    world.end(0, GOOD);
    world.pass(0);
    const { rollout: present } = world.state;
    if (present === null) throw new Error('no rollout');
    expect(present.phase).toMatchObject({ kind: 'analysing', looking: true });
    expect(rolloutRecord('bike', present).nextAt).toBeNull();
  });
});

function steer(world: RolloutWorld, command: 'resume' | 'abort'): void {
  const asOf = '2011-07-01T00:00:00Z';
  const request = { requestId: command, command, actor: 'user:ann', reason: 'a person asks', asOf };
  world.take({ kind: 'rollout-steered', request });
}

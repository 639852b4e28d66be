import { describe, expect, it } from 'vitest';
import {
  ANALYSIS_VERDICTS,
  ROLLOUT_COMMANDS,
  type RolloutCommand,
  type RolloutInputs,
  rolloutSpec,
} from '../../../../contracts/index.js';
import { isRollingOut, reduce } from '../../../../monitoring/policy/index.js';
import { fc } from '../../../support/property.js';
import { deploy, rollback } from '../requests.js';
import { type Luck, RolloutWorld } from './rollout-world.js';

interface Known {
  versions: number;
  sent: number;
}
type Command = fc.Command<Known, RolloutWorld>;

function command(name: string, run: (known: Known, world: RolloutWorld) => void): Command {
  return {
    check: () => true,
    run: (known, world) => {
      known.sent += 1;
      run(known, world);
      mustHold(world);
    },
    toString: () => name,
  };
}

/** @throws Error that names what did not hold at some moment */
function mustHold(world: RolloutWorld): void {
  if (world.broken.length > 0) throw new Error(world.broken.join('\n'));
}

const AB = { metrics: [{ metric: 'business.revenue', judge: 'superiority' }] } as const;
const written = fc.constantFrom<RolloutInputs>(
  { strategy: 'canary' },
  { strategy: 'canary', steps: [{ setWeight: 5 }, 'pause', { setWeight: 100 }] },
  { strategy: 'canary', steps: [{ setWeight: 30 }, { pause: '10m' }], whenPassed: 'keep' },
  { strategy: 'blueGreen', keep: '30m' },
  { strategy: 'blueGreen', keep: '0s', analysis: {} },
  { strategy: 'shadow' },
  { strategy: 'abTest', analysis: AB, split: 50 },
  { strategy: 'replace' },
);

const deploys = fc
  .record({ inputs: written, isNew: fc.boolean(), byHand: fc.boolean() })
  .map(({ inputs, isNew, byHand }) =>
    command(`deploy(${JSON.stringify(inputs)}, ${isNew ? 'new' : 'old'})`, (known, world) => {
      if (isNew || known.versions === 0) known.versions += 1;
      const request = deploy(known.versions, {
        requestId: `r${known.sent}`,
        comparedWith: world.champion,
        rollout: rolloutSpec(inputs),
        ...(byHand && ({ kind: 'promote', actor: 'user:ann' } as const)),
      });
      world.take({ kind: 'change-requested', request });
    }),
  );

const rollbacks = fc.boolean().map((byMonitor) =>
  command(`rollback(${byMonitor ? 'monitor' : 'person'})`, (known, world) => {
    const before = world.state;
    const by = byMonitor
      ? ({ actor: 'monitor', trigger: 'monitor' } as const)
      : ({ actor: 'user:ann', trigger: 'manual' } as const);
    const request = rollback({ requestId: `r${known.sent}`, blames: world.champion, ...by });
    world.take({ kind: 'change-requested', request });
    const isHeld = byMonitor && (before.paused !== null || before.earlier.length === 0);
    if (isRollingOut(before) && before.change === null && !isHeld && world.route !== null) {
      world.broken.push('a rollback came, and requests are still shared out');
    }
  }),
);

const steers = fc.constantFrom<RolloutCommand>(...ROLLOUT_COMMANDS).map((name) =>
  command(name, (known, world) => {
    const phase = world.state.rollout?.phase.kind;
    world.take({
      kind: 'rollout-steered',
      request: {
        requestId: `r${known.sent}`,
        command: name,
        actor: 'user:ann',
        reason: 'a person asks',
        asOf: '2011-07-01T00:00:00Z',
      },
    });
    const mayAbort = phase !== undefined && phase !== 'promoting' && phase !== 'keeping';
    if (name === 'abort' && mayAbort && world.route !== null) {
      world.broken.push('it was aborted, and requests are still shared out');
    }
  }),
);

const lucks: fc.Arbitrary<Luck> = fc.record({
  verdict: fc.constantFrom('pass', 'pass', ...ANALYSIS_VERDICTS),
  smokes: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  applies: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  switches: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
const ends = fc
  .record({ index: fc.nat({ max: 3 }), luck: lucks })
  .map(({ index, luck }) =>
    command(`end(${index}, ${JSON.stringify(luck)})`, (_, world) => world.end(index, luck)),
  );
const passes = fc
  .integer({ min: 1_000, max: 3_600_000 })
  .map((ms) => command(`pass(${ms})`, (_, world) => world.pass(ms)));
const pauses = fc.constantFrom('paused' as const, 'resumed' as const).map((kind) =>
  command(kind, (known, world) =>
    world.take({
      kind,
      actor: 'user:ann',
      reason: 'a person asks',
      asOf: '2011-07-01T00:00:00Z',
      requestId: `r${known.sent}`,
    }),
  ),
);
const loses = fc.constant(command('lose', (_, world) => world.lose()));

function search(step: typeof reduce, numRuns: number): void {
  const sequence = fc.commands(
    [deploys, deploys, rollbacks, steers, ends, ends, ends, ends, passes, passes, pauses, loses],
    { maxCommands: 60, size: 'max' },
  );
  fc.assert(
    fc.property(sequence, (all) => {
      const world = new RolloutWorld(step);
      fc.modelRun(() => ({ model: { versions: 0, sent: 0 }, real: world }), all);
      atRest(world);
    }),
    { numRuns },
  );
}

/** Once everything has ended that was under way: one champion, whole ledger, nothing left over. */
function atRest(world: RolloutWorld): void {
  world.take({
    kind: 'resumed',
    actor: 'user:ann',
    reason: 'the end',
    asOf: '2011-07-01T00:00:00Z',
    requestId: 'last',
  });
  world.settle();
  const { state, ledger, champion } = world;
  const transitions = ledger.filter(({ key }) => key.startsWith('transition/'));
  const say = (holds: boolean, sentence: string) => {
    if (!holds) world.broken.push(sentence);
  };
  say((state.champion?.version ?? null) === champion, 'two champions');
  say((transitions.at(-1)?.to ?? null) === champion, 'the ledger ends at another champion');
  say(state.change === null && state.waiting.length === 0, 'a change never ends');
  const phase = state.rollout?.phase;
  const waits = phase?.kind === 'resting' || phase?.kind === 'held';
  say(state.rollout === null || waits, `a rollout is left ${phase?.kind}`);
  say(state.rollout !== null || world.route === null, 'a route is left over');
  for (const { rolloutId, status } of world.rollouts.values()) {
    const isOpen = status === 'running' || status === 'paused';
    const isPresent = state.rollout?.request.requestId === rolloutId;
    say(!isOpen || isPresent, `rollout ${rolloutId} is shown as ${status}, and is over`);
  }
  const told = new Set(ledger.map(({ evidence }) => evidence['rolloutId']));
  for (const rolloutId of world.rollouts.keys()) {
    say(told.has(rolloutId), `the ledger has no line of rollout ${rolloutId}`);
  }
  mustHold(world);
}

describe('rollouts under any sequence of requests, commands, failures and losses', () => {
  it('have one champion, whole shares, a rollback that wins and every move in the ledger', () => {
    search(reduce, 1_000);
  });
});

describe('the search finds', () => {
  it.each<readonly [string, string, typeof reduce]>([
    [
      'shares that do not sum to 100',
      'does not sum to 100',
      (...args) => {
        const { state, effects } = reduce(...args);
        return {
          state,
          effects: effects.map((effect) =>
            effect.kind === 'move-route'
              ? {
                  ...effect,
                  route: {
                    ...effect.route,
                    arms: effect.route.arms.map((arm) => ({ ...arm, weightPercent: 50 })),
                    shadows: [],
                  },
                }
              : effect,
          ),
        };
      },
    ],
    [
      'a rollback that waits for the gate',
      'requests are still shared out',
      (state, event, nowMs) =>
        event.kind === 'change-requested' &&
        event.request.kind === 'rollback' &&
        state.rollout?.phase.kind === 'resting'
          ? { state: { ...state, waiting: [...state.waiting, event.request] }, effects: [] }
          : reduce(state, event, nowMs),
    ],
    [
      'a route that is never taken away',
      'answers for it',
      (...args) => {
        const { state, effects } = reduce(...args);
        const kept = effects.filter(({ kind }) => kind !== 'withdraw-route');
        return kept.length < effects.length
          ? { state: { ...state, rollout: null }, effects: kept }
          : { state, effects };
      },
    ],
  ])('%s', (_, said, planted) => {
    let found: unknown = null;
    try {
      search(planted, 600);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(Error);
    expect(`${String(found)} ${String((found as Error).cause)}`).toContain(said);
  });
});

import { describe, expect, it } from 'vitest';
import type { Halving, Trial } from '../../../contracts/index.js';
import { losersOfBracket, passesRung, withReport } from '../../../workflows/tuning/halving.js';
import { createTrialRace } from '../../../workflows/tuning/trial-race.js';
import { fc } from '../../support/property.js';

const RULE: Required<Halving> = { rungs: [1, 3], factor: 3, asynchronous: false, metric: 'loss' };
const ASHA: Required<Halving> = { ...RULE, asynchronous: true };

interface Told {
  readonly number: number;
  readonly step: number;
  readonly value: number;
}

/** Trials that each tell their values at steps 1, 2, 3, …, in any order among each other. */
function shuffled(
  curves: readonly (readonly number[])[],
  turns: readonly number[],
): readonly Told[] {
  const left = curves.map((values, number) =>
    values.map((value, index): Told => ({ number, step: index + 1, value })),
  );
  const told: Told[] = [];
  for (let turn = 0; left.some(({ length }) => length > 0); turn += 1) {
    const open = left.filter(({ length }) => length > 0);
    const next = open[(turns[turn % turns.length] ?? 0) % open.length]?.shift();
    if (next !== undefined) told.push(next);
  }
  return told;
}

function raced(
  rule: Required<Halving>,
  curves: readonly (readonly number[])[],
  told: readonly Told[],
) {
  const race = createTrialRace();
  race.goBy(rule, 'minimise', []);
  for (const number of curves.keys()) race.begin(number);
  for (const report of told) race.receive(report);
  for (const number of curves.keys()) race.end(number, []);
  return curves.map((_, number) => race.prunedAt(number));
}

describe('what a trial tells', () => {
  it('counts for the rungs that it has come to, and the first that counts stays', () => {
    const first = withReport([], [2, 4, 8], { step: 1, value: 9 });
    expect(first).toEqual([]);
    const second = withReport(first, [2, 4, 8], { step: 5, value: 7 });
    expect(second).toEqual([
      { rung: 0, step: 5, value: 7 },
      { rung: 1, step: 5, value: 7 },
    ]);
    expect(withReport(second, [2, 4, 8], { step: 6, value: 1 })).toBe(second);
    expect(withReport(second, [2, 4, 8], { step: 8, value: 1 })).toHaveLength(3);
  });
});

describe('successive halving', () => {
  it('lets one in three pass each rung: 9, 3, 1', () => {
    const curves = Array.from({ length: 9 }, (_, number) => [number, number, number, number]);
    const told = shuffled(curves, [5, 3, 8, 1, 0, 7]);
    expect(raced(RULE, curves, told)).toEqual([null, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('waits for the last that is still in, and no longer for one that has ended', () => {
    const entrant = (number: number, value: number | null, hasEnded = false) => ({
      number,
      reports: value === null ? [] : [{ rung: 0, step: 1, value }],
      hasEnded,
    });
    const bracket = [entrant(0, 5), entrant(1, 4), entrant(2, null)];
    expect(losersOfBracket(bracket, RULE, 'minimise')).toEqual([]);
    const ended = [entrant(0, 5), entrant(1, 4), entrant(2, null, true)];
    expect(losersOfBracket(ended, RULE, 'minimise')).toEqual([{ number: 0, rung: 0 }]);
    expect(losersOfBracket(ended, RULE, 'maximise')).toEqual([{ number: 1, rung: 0 }]);
  });

  it('never hangs on who was quicker', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 });
    const turns = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(curve, { minLength: 1, maxLength: 8 }), turns, turns, (curves, a, b) => {
        const one = raced(RULE, curves, shuffled(curves, a));
        expect(raced(RULE, curves, shuffled(curves, b))).toEqual(one);
        // Of those that came to the first rung one in three is left, and always one.
        const came = curves.filter(({ length }) => length >= 1).length;
        const out = one.filter((rung) => rung === 0).length;
        expect(came - out).toBe(came === 0 ? 0 : Math.max(1, Math.floor(came / 3)));
      }),
    );
  });

  it('hears a report twice as once: an attempt that is made again tells all again', () => {
    const curves = [
      [3, 3, 3],
      [2, 2, 2],
      [1, 1, 1],
    ];
    const told = shuffled(curves, [2, 1, 0]);
    expect(
      raced(RULE, curves, [...told, ...told.map((report) => ({ ...report, value: 0 }))]),
    ).toEqual(raced(RULE, curves, told));
  });
});

describe('asynchronous halving', () => {
  it.each([
    [5, [], true],
    [5, [4], false],
    [5, [6], true],
    [5, [5], false],
    [5, [1, 9, 9, 9, 9], true],
    [5, [1, 2, 9, 9, 9], false],
  ])('of value %d after %j passes: %s', (value, before, passes) => {
    expect(passesRung(value, before, 3, 'minimise')).toBe(passes);
    expect(
      passesRung(
        -value,
        before.map((other) => -other),
        3,
        'maximise',
      ),
    ).toBe(passes);
  });

  it('judges each trial when it comes to a rung, and a trial that is out tells nothing more', () => {
    const race = createTrialRace();
    race.goBy(ASHA, 'minimise', []);
    for (const number of [0, 1, 2]) race.begin(number);
    race.receive({ number: 0, step: 1, value: 5 });
    race.receive({ number: 1, step: 1, value: 6 });
    race.receive({ number: 1, step: 3, value: 0 });
    race.receive({ number: 2, step: 3, value: 4 });
    race.receive({ number: 0, step: 3, value: 4.5 });
    expect([0, 1, 2].map((number) => race.prunedAt(number))).toEqual([1, 0, null]);
  });

  it('goes on from what earlier trials told where its history was long', () => {
    const earlier = [
      { number: 0, reports: [{ rung: 0, step: 1, value: 1 }] },
    ] as unknown as readonly Trial[];
    const race = createTrialRace();
    race.goBy(ASHA, 'minimise', earlier);
    race.begin(1);
    race.receive({ number: 1, step: 1, value: 2 });
    expect(race.prunedAt(1)).toBe(0);
  });
});

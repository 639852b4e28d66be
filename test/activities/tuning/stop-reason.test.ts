import { describe, expect, it } from 'vitest';
import {
  type StopRules,
  stopReason,
  trialsWithoutGain,
} from '../../../activities/tuning/stop-reason.js';
import { bestOf } from '../../../activities/tuning/summarise.js';
import { fc } from '../../support/property.js';
import { trials } from './ended-trials.js';

const OPEN: StopRules = {
  goal: 'minimise',
  trials: 20,
  target: null,
  plateau: null,
  minDelta: 0,
  afterMs: null,
  maxFailures: null,
};

describe('a search ends', () => {
  it.each([
    ['not yet', {}, trials(3, 2), null],
    ['after its trials', { trials: 2 }, trials(3, 2), 'trials'],
    ['at its target', { target: 2 }, trials(3, 2), 'target'],
    ['not above its target', { target: 1 }, trials(3, 2), null],
    ['at a target that is to be exceeded', { target: 3, goal: 'maximise' }, trials(2, 4), 'target'],
    ['on a plateau', { plateau: 2 }, trials(1, 2, 3), 'plateau'],
    ['not on a short plateau', { plateau: 3 }, trials(1, 2, 3), null],
    ['on a plateau of small gains', { plateau: 2, minDelta: 0.5 }, trials(3, 2.9, 2.8), 'plateau'],
    [
      'not where a gain is just large enough',
      { plateau: 2, minDelta: 0.5 },
      trials(3, 2.5, 2.4),
      null,
    ],
    [
      'not on a plateau before there is a score',
      { plateau: 2 },
      trials(null, 'pruned', null, 1),
      null,
    ],
    ['without hope', {}, trials(null, null, null, null, null), 'no-score'],
    [
      'not without hope where one was only left behind',
      {},
      trials(null, null, null, null, 'pruned'),
      null,
    ],
    ['of too many failures', { maxFailures: 1 }, trials(1, null, 2, null), 'failures'],
    ['not of as many failures as it may have', { maxFailures: 2 }, trials(1, null, 2, null), null],
    ['of the first failure that it may not have', { maxFailures: 0 }, trials(null), 'failures'],
    ['not of trials that were ended', { maxFailures: 0 }, trials('pruned', 'cancelled'), null],
  ] as const)('%s', (_, rules, given, reason) => {
    expect(stopReason({ ...OPEN, ...rules }, given, 0, 0)).toBe(reason);
  });

  it('by its time, and by the trials that have begun', () => {
    expect(stopReason({ ...OPEN, afterMs: 10 }, trials(1), 0, 10)).toBe('time');
    expect(stopReason({ ...OPEN, afterMs: 10 }, trials(1), 0, 9)).toBeNull();
    expect(stopReason({ ...OPEN, trials: 3 }, trials(1), 2, 0)).toBe('trials');
  });
});

it('trials without a gain are counted from the best before them, whichever way is better', () => {
  expect(trialsWithoutGain(trials(5, 4.9, 4.8), { goal: 'minimise', minDelta: 0.5 })).toBe(2);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 }),
      (scores) => {
        const given = trials(...scores);
        const without = trialsWithoutGain(given, { goal: 'minimise', minDelta: 0 });
        // Without a least gain it is how long the best trial has stood.
        const best = bestOf(given, 'minimise')?.number ?? 0;
        expect(without).toBe(scores.length - 1 - best);
        const mirrored = trials(...scores.map((score) => -score));
        expect(trialsWithoutGain(mirrored, { goal: 'maximise', minDelta: 0 })).toBe(without);
      },
    ),
  );
});

it('the best trial is the first of equals', () => {
  expect(bestOf(trials(null, 2, 1, 1), 'minimise')?.number).toBe(2);
  expect(bestOf(trials(null, 2, 1, 2), 'maximise')?.number).toBe(1);
  expect(bestOf(trials(null, 'pruned'), 'maximise')).toBeNull();
});

import { expect, it } from 'vitest';
import type { ReplayedDecision } from '../../backtest/replay/replay.js';
import { DRIFT_HORIZON_WINDOWS, driftFindings } from '../../backtest/results/drift-findings.js';
import { windowFrom } from '../../monitoring/drift/index.js';
import { DAY_MS } from './backtest-world.js';

const START_MS = Date.UTC(2024, 0, 1);

/** A window a day; `!` asks for an action, `.` does not. */
function days(signs: string): readonly ReplayedDecision[] {
  return [...signs].map((sign, day): ReplayedDecision => {
    const window = windowFrom(START_MS + day * DAY_MS, DAY_MS);
    const breaches = { seen: 1, needed: 1, of: 1 };
    const action = sign === '!' ? 'retrain' : 'none';
    const verdict = { kind: 'concept-drift', rule: 4, action, breaches, reason: '' } as const;
    return { window, verdict, decidedAt: window.end };
  });
}

const at = (day: number) => START_MS + day * DAY_MS;

it('counts a row of alarms once, and those before any drift as false', () => {
  expect(driftFindings(days('.!!...!...'), [at(5)], DAY_MS)).toEqual({
    alarms: 2,
    falseAlarms: 1,
    detected: 1,
    missed: 0,
    delaysMs: [2 * DAY_MS],
  });
});

it('misses a drift that nothing follows, and takes no alarm long after for its own', () => {
  const late = `${'.'.repeat(DRIFT_HORIZON_WINDOWS + 2)}!`;
  expect(driftFindings(days(late), [at(0)], DAY_MS)).toMatchObject({
    falseAlarms: 1,
    detected: 0,
    missed: 1,
  });
});

it('gives an alarm to the newest drift before it', () => {
  expect(driftFindings(days('...!.'), [at(0), at(2)], DAY_MS)).toMatchObject({
    detected: 1,
    missed: 1,
    delaysMs: [2 * DAY_MS],
  });
});

import { describe, expect, it } from 'vitest';
import {
  buildColumnProfile,
  type ColumnValues,
  type HoldoutAnswers,
  measureLabelDrift,
  splitWindows,
} from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

const WEEK_MS = 604_800_000;
const WEEKS = 12;
const ROWS = 200;

/** Labels of which a share is `fraud`, and answers that are right with these chances. */
function labelled(
  seed: number,
  rows: number,
  fraudShare: number,
  right = { fraud: 0.8, fair: 0.95 },
) {
  const random = seededRandom(seed);
  const labels = Array.from({ length: rows }, () => (random() < fraudShare ? 'fraud' : 'fair'));
  const predictions = labels.map((label) => {
    const isRight = random() < (label === 'fraud' ? right.fraud : right.fair);
    return isRight ? label : label === 'fraud' ? 'fair' : 'fraud';
  });
  return {
    labels: { kind: 'categorical', values: labels } as const,
    predictions: { kind: 'categorical', values: predictions } as const,
  };
}

const reference = labelled(1, WEEKS * ROWS, 0.2);
const times = Float64Array.from({ length: WEEKS * ROWS }, (_, row) => (row * WEEK_MS) / ROWS);
const split = splitWindows(times, times.length, WEEK_MS, 100);
const profile = buildColumnProfile('label', reference.labels, split, 100);
const holdout: HoldoutAnswers = ['fraud', 'fair'].map((label) => ({
  label,
  answers: ['fraud', 'fair'].map((value) => ({
    value,
    rows: reference.labels.values.filter(
      (own, row) => own === label && reference.predictions.values[row] === value,
    ).length,
  })),
}));

function measure(window: { labels: ColumnValues; predictions: ColumnValues }, known = true) {
  return measureLabelDrift(profile, known ? holdout : undefined, window, 100, 0.1);
}

describe('labels of a window', () => {
  it('that come as often as before have not moved', () => {
    expect(measure(labelled(2, ROWS, 0.2))).toMatchObject({
      verdict: 'no-drift',
      answersPerLabel: 'stable',
    });
  });

  it('that come more often, each answered as before, are label drift alone', () => {
    const measured = measure(labelled(3, 400, 0.6));
    expect(measured).toMatchObject({ verdict: 'drift', answersPerLabel: 'stable' });
    expect(measured.distance).toBeGreaterThan(measured.threshold);
  });

  it('that are answered otherwise than before tell that more moved', () => {
    const measured = measure(labelled(4, 400, 0.6, { fraud: 0.3, fair: 0.95 }));
    expect(measured).toMatchObject({ verdict: 'drift', answersPerLabel: 'moved' });
  });

  it('are never called answered otherwise by chance more than once in a hundred windows', () => {
    let alarms = 0;
    for (let seed = 100; seed < 300; seed += 1) {
      if (measure(labelled(seed, ROWS, 0.4)).answersPerLabel === 'moved') alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it('cannot be told so without the hold-out, of few rows, or of numbers', () => {
    expect(measure(labelled(5, 400, 0.6), false).answersPerLabel).toBe('unknown');
    expect(measure(labelled(6, 15, 0.6)).answersPerLabel).toBe('unknown');
    const numbers = { kind: 'numeric', values: Float64Array.of(1, 2) } as const;
    const target = buildColumnProfile('label', numbers, { ...split, windows: [] }, 100);
    const window = { labels: numbers, predictions: numbers };
    expect(measureLabelDrift(target, holdout, window, 1, 0.1).answersPerLabel).toBe('unknown');
  });

  it('that are too few are insufficient', () => {
    expect(measure(labelled(7, 99, 0.9))).toMatchObject({
      verdict: 'insufficient',
      distance: null,
    });
  });
});

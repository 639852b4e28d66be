import { describe, expect, it } from 'vitest';
import type { LoggedRow } from '../../../../models/predictions/ports.js';
import { labelSuspects } from '../../../../monitoring/measuring/review/label-suspects.js';
import { row, seeded } from './rows.js';

const CLASSES = ['clear', 'rain', 'snow'];

/** Rows whose labels follow the probabilities; of every `flipEach`th the label is exchanged. */
function stream(rows: number, flipEach: number): { all: LoggedRow[]; flipped: Set<string> } {
  const random = seeded(7);
  const flipped = new Set<string>();
  const all = Array.from({ length: rows }, (_, index) => {
    const truth = Math.floor(random() * 3);
    const top = 0.75 + 0.24 * random();
    const rest = (1 - top) * random();
    const others = [rest, 1 - top - rest];
    const probabilities = CLASSES.map((_class, c) => (c === truth ? top : (others.pop() ?? 0)));
    const isFlipped = flipEach > 0 && index % flipEach === 0;
    const label = CLASSES[isFlipped ? (truth + 1 + Math.floor(random() * 2)) % 3 : truth];
    const id = `r${index}`;
    if (isFlipped) flipped.add(id);
    return row(id, { label: label ?? null, prediction: CLASSES[truth] ?? '', probabilities });
  });
  return { all, flipped };
}

describe('confident learning', () => {
  it('finds exchanged labels, and mostly those', () => {
    const { all, flipped } = stream(3_000, 20);
    const suspects = labelSuspects(all, CLASSES);
    const right = suspects.filter(({ id }) => flipped.has(id));
    expect(right.length / suspects.length).toBeGreaterThanOrEqual(0.8);
    expect(right.length / flipped.size).toBeGreaterThanOrEqual(0.7);
    const [surest] = suspects;
    expect(flipped.has(surest?.id ?? '')).toBe(true);
    expect(surest?.strength).toBe(Math.max(...suspects.map(({ strength }) => strength)));
    expect(surest?.likely).toBe(surest?.prediction);
  });

  it('suspects nothing where the labels are right', () => {
    expect(labelSuspects(stream(3_000, 0).all, CLASSES)).toEqual([]);
  });

  it('asks a class for as much confidence as it has on its own rows', () => {
    // The thresholds are (0.9 + 0.6) / 2 = 0.75 for clear and 0.55 for rain.
    const rows = [
      row('own', { label: 'clear', probabilities: [0.9, 0.1, 0] }),
      row('weak', { label: 'clear', probabilities: [0.6, 0.4, 0] }),
      row('low', { label: 'rain', probabilities: [0.3, 0.7, 0] }),
      row('wrong', { label: 'rain', probabilities: [0.6, 0.4, 0] }),
    ];
    expect(labelSuspects(rows, CLASSES)).toEqual([]);
    const sure = [
      ...rows.slice(0, 3),
      row('wrong', { label: 'rain', probabilities: [0.8, 0.2, 0] }),
    ];
    expect(labelSuspects(sure, CLASSES)).toMatchObject([
      { id: 'wrong', label: 'rain', likely: 'clear', strength: expect.closeTo(0.6) },
    ]);
  });

  it('leaves out what is no class, has no probabilities or no label', () => {
    const rows = [
      row('foreign', { label: 'hail', probabilities: [1, 0, 0] }),
      row('bare', { label: 'rain' }),
      row('open', { probabilities: [1, 0, 0] }),
    ];
    expect(labelSuspects(rows, CLASSES)).toEqual([]);
  });
});

describe('of numbers', () => {
  it('an error far from all others is suspect, whichever way all of them lean', () => {
    const rows = Array.from({ length: 101 }, (_, i) =>
      row(`r${i}`, { prediction: 10 * i, label: 10 * i + 50 + (i % 5) }),
    );
    rows.push(row('typo', { prediction: 120, label: 1_720 }));
    const suspects = labelSuspects(rows, undefined);
    expect(suspects.map(({ id }) => id)).toEqual(['typo']);
    expect(suspects[0]).toMatchObject({ likely: 120, label: 1_720 });
    expect(suspects[0]?.detail).toContain('off by 1600');
  });

  it('nothing is where all errors are alike', () => {
    const rows = Array.from({ length: 50 }, (_, i) =>
      row(`r${i}`, { prediction: i, label: i + 1 }),
    );
    expect(labelSuspects(rows, undefined)).toEqual([]);
  });
});

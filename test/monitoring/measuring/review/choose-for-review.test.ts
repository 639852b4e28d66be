import { describe, expect, it } from 'vitest';
import type { LoggedRow } from '../../../../models/predictions/ports.js';
import {
  chooseForReview,
  type ReviewQuestion,
} from '../../../../monitoring/measuring/review/choose-for-review.js';
import { row } from './rows.js';

const classes = ['a', 'b'];

/** A prediction of class a with this confidence, its inputs different from all others'. */
const sure = (id: string, confidence: number, over: Partial<LoggedRow> = {}): LoggedRow =>
  row(id, { inputs: { id }, probabilities: [confidence, 1 - confidence], ...over });

function choose(
  rows: readonly LoggedRow[],
  over: Partial<ReviewQuestion> & {
    others?: Readonly<Record<string, LoggedRow['prediction']>>;
  } = {},
) {
  const { others = {}, ...question } = over;
  const candidates = rows.map((item) => ({ row: item, other: others[item.id] ?? null }));
  return chooseForReview(candidates, {
    classes,
    spec: { perWindow: 10 },
    otherVersion: null,
    sample: [],
    ...question,
  });
}
const ids = (chosen: ReturnType<typeof choose>) => chosen.map((item) => item.row.id);

describe('of a classification', () => {
  it('the least confident come first, as many as are wanted', () => {
    const rows = [sure('p', 0.99), sure('q', 0.55), sure('r', 0.7), sure('s', 0.9)];
    expect(ids(choose(rows, { spec: { perWindow: 3 } }))).toEqual(['q', 'r', 's']);
    const [first] = choose(rows);
    expect(first).toMatchObject({
      confidence: 0.55,
      probabilities: { a: 0.55, b: expect.closeTo(0.45) },
      reasons: [{ why: 'low-confidence', weight: expect.closeTo(0.9) }],
      score: expect.closeTo(0.9),
    });
  });

  it('only those below the limit count as unsure', () => {
    const rows = [sure('p', 0.81), sure('q', 0.79)];
    const chosen = choose(rows, { spec: { perWindow: 10, confidenceBelow: 0.8 } });
    expect(ids(chosen)).toEqual(['q']);
    expect(chosen[0]?.reasons[0]?.detail).toBe('the model is 79.0 % sure, below 0.8');
  });

  it('another opinion weighs as much as no confidence at all, and is enough by itself', () => {
    const rows = [sure('p', 0.98), sure('q', 0.97), sure('r', 0.6)];
    const chosen = choose(rows, {
      spec: { perWindow: 10, confidenceBelow: 0.8 },
      others: { p: 'b', q: 'a', r: 'a' },
      otherVersion: 3,
    });
    expect(ids(chosen)).toEqual(['p', 'r']);
    expect(chosen[0]?.reasons).toEqual([
      { why: 'disagreement', weight: 1, detail: 'version 3 says b' },
    ]);
  });

  it('of equal inputs one is asked about', () => {
    const inputs = { x: 1, y: 'k' };
    const same = { y: 'k', x: 1 };
    const rows = [sure('p', 0.6, { inputs }), sure('q', 0.5, { inputs: same }), sure('r', 0.7)];
    expect(ids(choose(rows))).toEqual(['q', 'r']);
  });
});

describe('rare inputs', () => {
  const usual = Array.from({ length: 400 }, (_, i) => {
    const [city, weather] = i % 2 === 0 ? ['bern', 'snow'] : ['rome', 'sun'];
    return row(`u${i}`, { inputs: { city, weather, size: 10 + (i % 7) } });
  });
  const rare = (id: string, inputs: LoggedRow['inputs']) =>
    choose([sure(id, 1, { inputs })], { sample: usual })[0]?.reasons;

  it('are a category that is nearly never there', () => {
    expect(rare('x', { city: 'oslo', weather: 'snow', size: 12 })).toEqual([
      { why: 'rare', weight: 1, detail: 'city oslo is in 0.00 % of the rows' },
    ]);
  });

  it('are common categories that are never together', () => {
    expect(rare('x', { city: 'rome', weather: 'snow', size: 12 })?.[0]?.detail).toBe(
      'city rome with weather snow is in 0.00 % of the rows',
    );
  });

  it('are numbers far from all others, and nothing that is usual', () => {
    expect(rare('x', { city: 'rome', weather: 'sun', size: 90 })?.[0]).toMatchObject({
      why: 'outlying',
      weight: 1,
    });
    expect(rare('x', { city: 'rome', weather: 'sun', size: 15 })).toBeUndefined();
  });

  it('are not told from a few rows', () => {
    const few = usual.slice(0, 50);
    const inputs = { city: 'oslo', weather: 'snow', size: 12 };
    expect(choose([sure('x', 1, { inputs })], { sample: few })).toEqual([]);
  });
});

describe('of a regression', () => {
  const question = {
    otherVersion: 1,
    sample: Array.from({ length: 200 }, (_, i) => row(`u${i}`, { prediction: 100 + (i % 21) })),
  };
  const chosen = (rows: readonly LoggedRow[], others = {}) =>
    chooseForReview(
      rows.map((item) => ({
        row: item,
        other: (others as Readonly<Record<string, number>>)[item.id] ?? null,
      })),
      { ...question, spec: { perWindow: 5 } },
    );

  it('predictions far from the usual and other opinions are asked about, nothing else', () => {
    const rows = [
      row('usual', { inputs: { id: 1 }, prediction: 110 }),
      row('far', { inputs: { id: 2 }, prediction: 400 }),
      row('disputed', { inputs: { id: 3 }, prediction: 108 }),
    ];
    const found = chosen(rows, { usual: 111, far: 400, disputed: 120 });
    expect(found.map((item) => [item.row.id, item.reasons.map(({ why }) => why)])).toEqual([
      ['far', ['unusual-prediction']],
      ['disputed', ['disagreement']],
    ]);
    expect(found[1]?.reasons[0]?.detail).toBe('version 1 says 120');
    expect(found.every(({ confidence }) => confidence === null)).toBe(true);
  });
});

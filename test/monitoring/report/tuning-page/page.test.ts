import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../../cli/render/style.js';
import { tuningLines } from '../../../../cli/tuning/view.js';
import type { SearchImportance, Trial, TuningHistory } from '../../../../contracts/index.js';
import { bestSoFar, tuningPage } from '../../../../monitoring/report/tuning-page/index.js';
import { fc } from '../../../support/property.js';

function trial(number: number, more: Partial<Trial>): Trial {
  return {
    number,
    params: { rate: 0.1 * (number + 1), kind: '<b>' },
    status: 'completed',
    score: null,
    runId: `run-${number}`,
    detail: null,
    startedAt: '2026-01-31T12:00:00.000Z',
    durationMs: 1_500,
    reports: [{ rung: 0, step: 1, value: number }],
    ...more,
  };
}

const HISTORY: TuningHistory = {
  format: 'millrace-tuning/2',
  metric: 'loss',
  goal: 'minimise',
  method: 'random',
  seed: 7,
  space: { rate: { float: [0, 1] }, kind: { choice: ['<b>', 'c'] } },
  halving: { rungs: [1, 3], factor: 2, asynchronous: false, metric: 'loss' },
  trials: [
    trial(0, { score: 3 }),
    trial(1, { status: 'pruned', prunedAt: 0, detail: 'stopped early' }),
    trial(2, { score: 2 }),
    trial(3, { status: 'failed' }),
  ],
  best: 2,
  stopped: 'plateau',
  importance: [
    { parameter: 'rate', share: 0.25 },
    { parameter: 'kind', share: null },
  ],
};

const IMPORTANCE: SearchImportance = {
  evaluator: 'shapleyEffects',
  shares: [
    { parameter: 'rate', share: 0.75 },
    { parameter: 'kind', share: 0.25 },
  ],
  trials: 2,
  fit: 0.912,
  note: 'rough: it is a test',
};

describe('the page of a search', () => {
  const page = tuningPage(HISTORY, IMPORTANCE, {
    title: 'run 1, step tune',
    generatedAt: '2026-01-31T12:00:00Z',
    version: '1',
  });

  it('says what it tried, why it ended and how its trials stood', () => {
    expect(page).toContain('loss 2 in trial 2 of 4');
    expect(page).toContain('2 completed, 1 pruned, 1 failed; it ended since no trial was better');
    expect(page).toContain('successive halving: one in 2 goes on.');
    expect(page).toContain('pruned at rung 0');
  });

  it('says what each parameter explains, by what evaluator, and how far that is to be trusted', () => {
    expect(page).toMatch(/rate<\/th><td>75 %.*\n.*kind<\/th><td>25 %/);
    expect(page).toContain(
      'Shapley effects of a forest of 2 scores, R² 0.91 on trials that it did not see; rough:',
    );
    expect(page).toContain('Shapley effects');
  });

  it('takes no value of a parameter for markup', () => {
    expect(page).not.toContain('<b>');
    expect(page).toContain('&lt;b&gt;');
  });

  it('has no section of rungs where the search had none', () => {
    const { generatedAt, version } = { generatedAt: '2026-01-31T12:00:00Z', version: '1' };
    const plain = { ...HISTORY, halving: null };
    expect(tuningPage(plain, IMPORTANCE, { title: '', generatedAt, version })).not.toContain(
      '<h2>Rungs</h2>',
    );
  });
});

it('a terminal is told the same, trial by trial', () => {
  const style = createStyle({}, {});
  const lines = tuningLines(HISTORY, IMPORTANCE, Number.POSITIVE_INFINITY, style);
  expect(lines.join('\n')).toMatch(/loss 2 in trial 2 of 4 .*ended since no trial was better/);
  expect(lines.join('\n')).toMatch(/rung +at step +came +pruned\n.*\n? *0 +1 +4 +1/);
  expect(lines.find((line) => line.startsWith('1 '))).toMatch(/pruned at 0 +3 /);
  expect(lines.find((line) => line.startsWith('2 *'))).toMatch(/2 +2 /);
  expect(lines.join('\n')).toMatch(
    /rate +75 %\nkind +25 %\nShapley effects of a forest of 2 scores, R² 0.91/,
  );
  const unknown: SearchImportance = {
    ...IMPORTANCE,
    shares: [{ parameter: 'rate', share: null }],
    fit: null,
    note: '2 of 4 trials have a score',
  };
  const few = tuningLines(HISTORY, unknown, Number.POSITIVE_INFINITY, style).join('\n');
  expect(few).toMatch(/rate +not known\n2 of 4 trials have a score/);
});

it('the best so far never gets worse, and ends with the best', () => {
  const scores = fc.array(fc.option(fc.integer({ min: -9, max: 9 })), { minLength: 1 });
  fc.assert(
    fc.property(scores, (given) => {
      const trials = given.map((score, number) => trial(number, { score }));
      const course = bestSoFar({ ...HISTORY, trials });
      const known = given.filter((score) => score !== null);
      expect(course.at(-1)?.best ?? null).toBe(known.length === 0 ? null : Math.min(...known));
      for (const [index, { best }] of course.entries()) {
        const before = course[index - 1]?.best ?? null;
        if (before !== null) expect(best).toBeLessThanOrEqual(before);
      }
    }),
  );
});

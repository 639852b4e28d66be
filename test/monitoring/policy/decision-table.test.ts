import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../monitoring/policy/index.js';
import {
  allChoices,
  covers,
  decide,
  decisionRows,
  decisionTable,
  kindsMatched,
  windowOf,
} from './decision-table.js';
import { SPEC } from './measured.js';

const choices = allChoices();

describe('the decision table', () => {
  it('has a line for every window, and never two', () => {
    const rows = decisionRows();
    for (const choice of choices) {
      const lines = rows.filter((row) => covers(row, choice));
      expect(lines, choice.join()).toHaveLength(1);
      expect(lines[0]?.verdict).toBe(decide(choice));
    }
    expect(choices).toHaveLength(2 * 3 * 2 * 3 * 4 * 3);
  });

  it('is decided by the first kind that matches, whatever else does', () => {
    const seen = new Set<string>();
    for (const choice of choices) {
      const matched = kindsMatched(choice);
      seen.add(matched.join());
      expect(decide(choice)).toBe(matched[0] ?? 'ok');
      expect(matched).toEqual([...new Set(matched)]);
      expect(diagnose(windowOf(choice), [], SPEC).matched ?? []).toEqual(matched);
    }
    // Every kind decides somewhere, and combinations of all sizes occur.
    expect(new Set([...seen].map((kinds) => kinds.split(',')[0]))).toEqual(
      new Set([
        '',
        'data-quality-break',
        'regression-after-deploy',
        'prediction-drift',
        'label-drift',
        'concept-drift',
        'data-drift',
        'unknown',
      ]),
    );
    expect(Math.max(...[...seen].map((kinds) => kinds.split(',').length))).toBeGreaterThan(3);
  });

  it('never retrains where predictions moved and no input did', () => {
    const retraining = {
      ...SPEC,
      respond: {
        ...SPEC.respond,
        performance: 'retrain',
        dataDrift: 'retrain',
        labelDrift: 'retrain',
        predictionDrift: 'rollback',
      },
    } as const;
    for (const choice of choices) {
      if (!kindsMatched(choice).includes('prediction-drift')) continue;
      expect(diagnose(windowOf(choice), [], retraining).action).not.toBe('retrain');
    }
  });

  it('retrains on no broken rows', () => {
    for (const choice of choices) {
      if (choice[0] === 1) expect(diagnose(windowOf(choice), [], SPEC).action).toBe('hold');
    }
  });

  it('is the one in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
    const [, shown] = /<!-- decision table -->\n\n([\s\S]*?)\n\n<!-- end -->/.exec(page) ?? [];
    expect(shown).toBe(decisionTable());
  });
});

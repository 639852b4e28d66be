import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VERDICT_KINDS } from '../../../contracts/index.js';
import { diagnose } from '../../../monitoring/policy/index.js';
import {
  decideAll,
  decisionRows,
  decisionTable,
  kindsMatched,
  SIGNS,
  SPEC,
  windowOf,
} from './decision-table.js';
import { allChoices, covers } from './merged-table.js';

const decided = decideAll();
const rows = decisionRows(decided);

/** With few rows these alone are told. */
const NEEDS_NO_ROWS: readonly string[] = ['no-data', 'service-degraded'];

describe('the decision table', () => {
  it('has a line for every window, and never two', () => {
    const wrong = decided.filter(({ choice, verdict }) => {
      const lines = rows.filter((row) => covers(row, choice));
      return lines.length !== 1 || lines[0]?.outcome !== `\`${verdict.kind}\``;
    });
    expect(wrong).toEqual([]);
    expect(decided).toHaveLength(allChoices(SIGNS).length);
    expect(decided).toHaveLength(4 * 3 * 2 * 3 * 3 * 3 * 3 * 2 * 2 * 2 * 2);
  });

  it('is decided by the first kind that matches, whatever else does', () => {
    const wrong = decided.filter(({ choice, verdict }) => {
      const isFew = (choice[0] ?? 0) >= 2;
      const all = kindsMatched(choice);
      const told = isFew ? all.filter((kind) => NEEDS_NO_ROWS.includes(kind)) : all;
      const first = told[0] ?? (isFew ? 'insufficient' : 'ok');
      const expected = told.length > 0 && isFew ? [...told, 'insufficient'] : told;
      return (
        verdict.kind !== first ||
        (verdict.matched ?? []).join() !== expected.join() ||
        new Set(all).size !== all.length
      );
    });
    expect(wrong).toEqual([]);
  });

  it('has every kind, alone and together with others', () => {
    expect(new Set(decided.map(({ verdict }) => verdict.kind))).toEqual(new Set(VERDICT_KINDS));
    const sizes = decided.map(({ verdict }) => verdict.matched?.length ?? 0);
    expect(Math.max(...sizes)).toBeGreaterThan(8);
  });

  it('never retrains where predictions moved and no input did', () => {
    const { respond } = SPEC;
    const retraining = {
      ...SPEC,
      respond: {
        ...respond,
        performance: 'retrain',
        dataDrift: 'retrain',
        labelDrift: 'retrain',
        unknown: 'retrain',
        predictionDrift: 'rollback',
      },
    } as const;
    const retrained = decided
      .filter(({ verdict }) => verdict.matched?.includes('prediction-drift'))
      .filter(({ choice }) => diagnose(windowOf(choice), [], retraining).action === 'retrain');
    expect(retrained).toEqual([]);
  });

  it('retrains on no broken rows', () => {
    const broken = decided.filter(({ choice }) => choice[0] === 1);
    expect(new Set(broken.map(({ verdict }) => verdict.action))).toEqual(new Set(['hold']));
  });

  it('is the one in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
    const [, shown] = /<!-- decision table -->\n\n([\s\S]*?)\n\n<!-- end -->/.exec(page) ?? [];
    expect(shown).toBe(decisionTable(rows));
  });
});

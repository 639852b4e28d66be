import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUARD_SIGNS, guardRows, guardTable, outcomeOf } from './guard-table.js';
import { allChoices, covers } from './merged-table.js';

const choices = allChoices(GUARD_SIGNS);
const outcomes = new Map(choices.map((choice) => [choice.join(), outcomeOf(choice)]));
const rows = guardRows(outcomes);

describe('the table of guards', () => {
  it('has a line for every request in every state, and never two', () => {
    const wrong = choices.filter((choice) => {
      const lines = rows.filter((row) => covers(row, choice));
      return lines.length !== 1 || lines[0]?.outcome !== outcomes.get(choice.join());
    });
    expect(wrong).toEqual([]);
    expect(choices).toHaveLength(7 * 2 ** 6 * 3 * 3 * 2);
  });

  it('leaves nothing undecided', () => {
    expect(new Set(outcomes.values())).toEqual(
      new Set([
        'done',
        'done, can be undone',
        'waits for a person',
        'waits for the morning',
        ...['paused', 'in-flight', 'circuit-breaker', 'min-labels', 'cooldown', 'budget'].map(
          (guard) => `held: ${guard}`,
        ),
        'held: automation',
      ]),
    );
  });

  it('is the one in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
    const [, shown] = /<!-- guard table -->\n\n([\s\S]*?)\n\n<!-- end -->/.exec(page) ?? [];
    expect(shown).toBe(guardTable(rows));
  });
});

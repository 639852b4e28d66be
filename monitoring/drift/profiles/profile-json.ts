import type { CategoryCounts, DataColumnProfile, DataProfile } from './data-profile.js';
import { describeColumn } from './describe-profile.js';
import { isNumericProfile } from './profile-queries.js';

/** A register is one letter: the alphabet of base 64, its place the register's value. */
export const REGISTER_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * A profile as the text of its file: JSON, a column a line. Nothing in it is infinite or NaN;
 * numbers are doubles and come back bit for bit (−0 as 0), times are ms since the epoch. What
 * {@link describeColumn} tells is there for readers; `parseProfile` reads the rest alone.
 */
export function profileText(profile: DataProfile): string {
  const { columns, ...head } = profile;
  const opening = JSON.stringify(head).slice(0, -1);
  const lines = columns.map((column) => JSON.stringify(storedColumn(column)));
  return `${opening},"columns":[\n${lines.join(',\n')}\n]}\n`;
}

function storedColumn(column: DataColumnProfile): unknown {
  const described = describeColumn(column);
  const distinctRegisters = storedRegisters(column.distinct.registers);
  if (isNumericProfile(column)) {
    const { values, counts, rankError } = column.sample;
    return {
      ...described,
      distinctRegisters,
      sample: { values: Array.from(values), counts: withoutOnes(counts), rankError },
    };
  }
  const { categories, text } = column;
  return {
    ...described,
    distinctRegisters,
    categories: storedCounts(categories),
    text: text && {
      lengths: storedColumn(text.lengths),
      facts: text.facts,
      words: text.words && storedCounts(text.words),
    },
  };
}

function storedRegisters(registers: Uint8Array | null): string | null {
  return registers && Array.from(registers, (value) => REGISTER_LETTERS[value]).join('');
}

/** Columns of measurements repeat nothing: `null` stands for a count of 1 everywhere. */
function withoutOnes(counts: Float64Array): readonly number[] | null {
  return counts.every((count) => count === 1) ? null : Array.from(counts);
}

function storedCounts({ values, counts, otherRows, undercount }: CategoryCounts): unknown {
  return { values, counts: Array.from(counts), otherRows, undercount };
}

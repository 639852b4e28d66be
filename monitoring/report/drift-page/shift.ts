import type { ColumnDrift } from '../../../contracts/index.js';
import { formatMoment, formatTimeDifference } from './dates.js';
import { formatDifference, formatPair, formatShare } from './numbers.js';

/** One difference in the column's own unit, ready to be shown. */
export interface ShownShift {
  /** `Mean`, `Median`, or the category. */
  readonly of: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
}

/** Longer categories are cut where they stand in a sentence. */
const LONGEST_CATEGORY = 32;

/**
 * How far a column moved, in its own unit: numbers as numbers, dates as dates, categories by the one
 * whose share moved most.
 */
export function shownShifts({ kind, shift }: ColumnDrift): readonly ShownShift[] {
  if (shift === null) return [];
  if (shift.of === 'share') {
    const points = formatDifference((shift.current - shift.reference) * 100);
    return [
      {
        of: `Share of “${shortened(shift.category)}”`,
        before: formatShare(shift.reference),
        after: formatShare(shift.current),
        difference: `${points} points`,
      },
    ];
  }
  const { reference, current, referenceMedian, currentMedian } = shift;
  const between = kind === 'date' ? moments : numbers;
  const mean = { of: 'Mean', ...between(reference, current) };
  if (referenceMedian === null || currentMedian === null) return [mean];
  return [mean, { of: 'Median', ...between(referenceMedian, currentMedian) }];
}

function numbers(reference: number, current: number) {
  const [before, after] = formatPair(reference, current);
  return { before, after, difference: formatDifference(current - reference) };
}

function moments(reference: number, current: number) {
  const apart = Math.abs(current - reference);
  return {
    before: formatMoment(reference, apart),
    after: formatMoment(current, apart),
    difference: formatTimeDifference(current - reference),
  };
}

function shortened(category: string): string {
  const characters = [...category];
  if (characters.length <= LONGEST_CATEGORY) return category;
  return `${characters
    .slice(0, LONGEST_CATEGORY - 1)
    .join('')
    .trimEnd()}…`;
}

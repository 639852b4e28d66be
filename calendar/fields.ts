import type { CalendarRange, CalendarSpec } from '../contracts/index.js';

/** One field of a calendar: its values and their names. */
export interface CalendarField {
  /** As messages name it. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on; their first three letters are names as well. */
  readonly names: readonly string[];
}

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** From the smallest unit up. Sunday is 0, and 7 as well. */
export const CALENDAR_FIELDS: Readonly<Record<keyof CalendarSpec, CalendarField>> = {
  second: { name: 'second', min: 0, max: 59, names: [] },
  minute: { name: 'minute', min: 0, max: 59, names: [] },
  hour: { name: 'hour', min: 0, max: 23, names: [] },
  dayOfMonth: { name: 'day of the month', min: 1, max: 31, names: [] },
  month: { name: 'month', min: 1, max: 12, names: MONTHS },
  year: { name: 'year', min: 2000, max: 2100, names: [] },
  dayOfWeek: { name: 'day of the week', min: 0, max: 7, names: DAYS },
};

/** The last year that the server looks at. */
export const LAST_YEAR = CALENDAR_FIELDS.year.max;

/** Thrown when a text is no value, range or step of its field; the message names the field. */
export class CalendarFault extends Error {
  override readonly name = 'CalendarFault';
}

/**
 * Reads one field as cron writes it: `*`, values, names, ranges, steps, and lists of these.
 *
 * @throws CalendarFault
 * @example parseField('1-5/2,FRI', CALENDAR_FIELDS.dayOfWeek); // 1, 3 and 5
 */
export function parseField(text: string, field: CalendarField): readonly CalendarRange[] {
  return rangesOf(
    text.split(',').flatMap((item) => valuesOfItem(item.trim(), field)),
    field,
  );
}

/**
 * The fewest ranges that hold the values; one form for one set, so that calendars can be compared.
 * Every year is no range at all.
 */
export function rangesOf(
  values: readonly number[],
  field: CalendarField,
): readonly CalendarRange[] {
  const isWeekday = field === CALENDAR_FIELDS.dayOfWeek;
  const distinct = [...new Set(values.map((value) => (isWeekday ? value % 7 : value)))];
  const sorted = distinct.sort((a, b) => a - b);
  if (field === CALENDAR_FIELDS.year && sorted.length === field.max - field.min + 1) return [];
  const [first = 0, second = first + 1] = sorted;
  const step = second - first;
  if (sorted.length > 2 && sorted.every((value, index) => value === first + index * step)) {
    return [{ start: first, end: sorted.at(-1) ?? first, step }];
  }
  const ranges: CalendarRange[] = [];
  for (const value of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end === value - 1) ranges.splice(-1, 1, { ...last, end: value });
    else ranges.push({ start: value, end: value, step: 1 });
  }
  return ranges;
}

/** @throws CalendarFault when a bound is out of the field or the range runs backwards */
export function valuesOfRange(
  { start, end, step }: CalendarRange,
  field: CalendarField,
): readonly number[] {
  for (const bound of [start, end]) {
    if (!Number.isInteger(bound) || bound < field.min || bound > field.max) {
      throw fault(field, `${bound} is not from ${field.min} to ${field.max}`);
    }
  }
  if (start > end) throw fault(field, `the range ${start}-${end} runs backwards`);
  if (!Number.isInteger(step) || step < 1 || step > field.max) {
    throw fault(field, `the step ${step} is not from 1 to ${field.max}`);
  }
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}

function valuesOfItem(item: string, field: CalendarField): readonly number[] {
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0 || range === '' || step === '') {
    throw fault(field, `${item || 'an empty item'} is not a value`);
  }
  const width = step === undefined ? 1 : readStep(step, field);
  if (range === '*') return valuesOfRange({ start: field.min, end: field.max, step: width }, field);
  const bounds = range.split('-');
  if (bounds.length > 2) throw fault(field, `${range} is not a range`);
  const [start = 0, end] = bounds.map((bound) => readValue(bound, field));
  if (end !== undefined && start > end) throw fault(field, `the range ${range} runs backwards`);
  // A value with a step goes on to the end of the field: 5/15 is 5, 20, 35, 50.
  const last = end ?? (step === undefined ? start : field.max);
  return valuesOfRange({ start, end: last, step: width }, field);
}

function readStep(text: string, field: CalendarField): number {
  const step = /^\d+$/.test(text) ? Number(text) : 0;
  if (step >= 1 && step <= field.max) return step;
  throw fault(field, `the step ${text} is not from 1 to ${field.max}`);
}

function readValue(text: string, field: CalendarField): number {
  const name = text.toLowerCase();
  const named = field.names.findIndex((known) => name === known || name === known.slice(0, 3));
  if (named !== -1) return field.min + named;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  throw fault(field, `${text} is not from ${field.min} to ${field.max}`);
}

function fault(field: CalendarField, what: string): CalendarFault {
  return new CalendarFault(`${field.name}: ${what}`);
}

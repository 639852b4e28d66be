import {
  CALENDAR_FIELDS,
  CalendarFault,
  type CalendarField,
  parseField,
  rangesOf,
  valuesOfRange,
} from '../../calendar/index.js';
import type { CalendarRange, CalendarSpec, JsonValue } from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { isRawObject, type RawObject } from './context.js';

/** What an absent field means: the very second of any day. */
const DEFAULTS: Readonly<Record<keyof CalendarSpec, string>> = {
  second: '0',
  minute: '0',
  hour: '0',
  dayOfMonth: '*',
  month: '*',
  year: '*',
  dayOfWeek: '*',
};

/** Reads a calendar of the file; `null` where a finding was reported. */
export function readCalendar(
  source: RawObject,
  path: DocumentPath,
  report: (finding: Finding) => void,
): CalendarSpec | null {
  let sound = true;
  const read = (name: keyof CalendarSpec): readonly CalendarRange[] => {
    const field = CALENDAR_FIELDS[name];
    const given = source[name] ?? DEFAULTS[name];
    const items = Array.isArray(given) ? given : [given];
    const values = items.flatMap((item: JsonValue, index: number) => {
      try {
        return valuesOf(item, field);
      } catch (error) {
        if (!(error instanceof CalendarFault)) throw error;
        const at = Array.isArray(given) ? [...path, name, index] : [...path, name];
        report({ path: at, at: 'value', code: 'bad-value', message: error.message });
        sound = false;
        return [];
      }
    });
    // Of a wrong type: the schema refuses it, and there is nothing to go on with.
    if (values.length === 0) sound = false;
    return rangesOf(values, field);
  };
  const calendar: CalendarSpec = {
    second: read('second'),
    minute: read('minute'),
    hour: read('hour'),
    dayOfMonth: read('dayOfMonth'),
    month: read('month'),
    year: read('year'),
    dayOfWeek: read('dayOfWeek'),
  };
  return sound ? calendar : null;
}

/** The values of one item; what is of a wrong type is the schema's to refuse. */
function valuesOf(item: JsonValue, field: CalendarField): readonly number[] {
  if (typeof item === 'number') return valuesOfRange({ start: item, end: item, step: 1 }, field);
  if (typeof item === 'string') return expand(item, field);
  if (!isRawObject(item)) return [];
  const { start, end = start, step = 1 } = item;
  const [first] = valuesOf(start ?? null, field);
  const last = valuesOf(end ?? null, field).at(-1);
  if (first === undefined || last === undefined || typeof step !== 'number') return [];
  return valuesOfRange({ start: first, end: last, step }, field);
}

function expand(text: string, field: CalendarField): readonly number[] {
  const ranges = parseField(text, field);
  // Every year is no range at all.
  if (ranges.length === 0)
    return valuesOfRange({ start: field.min, end: field.max, step: 1 }, field);
  return ranges.flatMap((range) => valuesOfRange(range, field));
}

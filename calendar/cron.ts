import type { CalendarSpec } from '../contracts/index.js';
import { CALENDAR_FIELDS, CalendarFault, parseField } from './fields.js';

const SHORTHANDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Fields of a cron expression in its order. */
const CRON_FIELDS = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;

/**
 * Reads a cron expression: five fields of `*`, numbers, names, ranges, lists and steps, or one of
 * the shorthands. Day of the month and day of the week must both match, as Temporal reads them.
 *
 * @throws CalendarFault whose message says what is wrong
 * @example parseCron('30 3 * * MON-FRI').hour; // [{ start: 3, end: 3, step: 1 }]
 */
export function parseCron(cron: string): CalendarSpec {
  const text = cron.trim();
  const fields = (SHORTHANDS[text] ?? text).split(/\s+/);
  refuseOtherForms(text, fields);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = CRON_FIELDS.map((field, index) =>
    parseField(fields[index] ?? '', CALENDAR_FIELDS[field]),
  );
  return {
    second: [{ start: 0, end: 0, step: 1 }],
    minute: minute ?? [],
    hour: hour ?? [],
    dayOfMonth: dayOfMonth ?? [],
    month: month ?? [],
    year: [],
    dayOfWeek: dayOfWeek ?? [],
  };
}

/** True where cron elsewhere takes either day, but here both must match: `0 0 13 * FRI`. */
export function restrictsBothDays(cron: string): boolean {
  const [, , day = '*', , weekday = '*'] = cron.trim().split(/\s+/);
  return !cron.trim().startsWith('@') && !day.startsWith('*') && !weekday.startsWith('*');
}

function refuseOtherForms(text: string, fields: readonly string[]): void {
  if (text.startsWith('@every')) {
    throw new CalendarFault('@every is no time of the clock: write every: instead of cron');
  }
  if (text.startsWith('@') && SHORTHANDS[text] === undefined) {
    throw new CalendarFault(`${text} is none of ${Object.keys(SHORTHANDS).join(', ')}`);
  }
  if (/^(CRON_)?TZ=/.test(text)) {
    throw new CalendarFault('the time zone does not stand in the expression: write timezone:');
  }
  const count = text === '' ? 0 : fields.length;
  if (count === 6 || count === 7) {
    throw new CalendarFault(
      `it has ${count} fields, and programs disagree whether the further one is a second or a year: write five, or calendar: with second or year`,
    );
  }
  if (count !== 5) {
    throw new CalendarFault(
      `a cron expression has five fields (minute hour day month weekday), this has ${count}`,
    );
  }
  const foreign = /[?#]|(^|[\s,\d])[LW](?=[\s,]|$)/.exec(text);
  if (foreign !== null) {
    throw new CalendarFault(
      `${foreign[0].trim()} is of another dialect of cron: here are * , - / and numbers or names`,
    );
  }
}

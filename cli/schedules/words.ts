import {
  type CalendarRange,
  type CalendarSpec,
  formatDurationMs,
  type ScheduleSpec,
} from '../../contracts/index.js';

type Times = Pick<ScheduleSpec, 'cron' | 'every' | 'calendar' | 'timezone'>;

/**
 * When a schedule fires, on one line.
 *
 * @example scheduleWords({ cron: '0 3 * * MON', timezone: 'Europe/Berlin' }); // '0 3 * * MON Europe/Berlin'
 */
export function scheduleWords(spec: Times): string {
  return `${timesWords(spec)} ${spec.timezone}`;
}

/** {@link scheduleWords} without the zone. */
export function timesWords({ cron = [], every, calendar = [] }: Times): string {
  if (every !== undefined) {
    const offset = every.offsetMs === 0 ? '' : ` + ${formatDurationMs(every.offsetMs)}`;
    return `every ${formatDurationMs(every.intervalMs)}${offset}`;
  }
  return [...[cron].flat(), ...calendar.map(calendarWords)].join(' | ');
}

/** @example calendarWords(weekdaysAtSix); // 'hour 6, dayOfWeek 1-5' */
function calendarWords(calendar: CalendarSpec): string {
  const fields = Object.entries(calendar) as [keyof CalendarSpec, readonly CalendarRange[]][];
  const said = fields
    .map(([name, ranges]) => ({ name, text: ranges.map(rangeWords).join(',') }))
    .filter(({ name, text }) => text !== DEFAULTS[name]);
  return said.length === 0
    ? 'every midnight'
    : said.map(({ name, text }) => `${name} ${text}`).join(', ');
}

const DEFAULTS: Readonly<Record<keyof CalendarSpec, string>> = {
  second: '0',
  minute: '0',
  hour: '0',
  dayOfMonth: '1-31',
  month: '1-12',
  year: '',
  dayOfWeek: '0-6',
};

function rangeWords({ start, end, step }: CalendarRange): string {
  if (start === end) return String(start);
  return step === 1 ? `${start}-${end}` : `${start}-${end}/${step}`;
}

const SHORTHANDS = [
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
];

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 7, names: DAYS },
];

/**
 * What is wrong with a cron expression, or `null`: five fields of `*`, numbers, names, ranges, lists
 * and steps, or one of the shorthands.
 *
 * @example cronFault('0 25 * * *'); // 'hour: 25 is not from 0 to 23'
 */
export function cronFault(cron: string): string | null {
  const text = cron.trim();
  if (text.startsWith('@')) {
    return SHORTHANDS.includes(text) ? null : `${text} is none of ${SHORTHANDS.join(', ')}`;
  }
  const fields = text.split(/\s+/);
  if (text === '' || fields.length !== FIELDS.length) {
    const count = text === '' ? 0 : fields.length;
    return `a cron expression has five fields (minute hour day month weekday), this has ${count}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const item of (fields[index] ?? '').split(',')) {
      const fault = itemFault(item, field);
      if (fault !== null) return `${field.name}: ${fault}`;
    }
  }
  return neverFires(fields);
}

function itemFault(item: string, field: Field): string | null {
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0 || range === '' || step === '')
    return `${item || 'an empty item'} is not a value`;
  if (
    step !== undefined &&
    !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)
  ) {
    return `the step ${step} is not from 1 to ${field.max}`;
  }
  if (range === '*') return null;
  const bounds = range.split('-');
  if (bounds.length > 2) return `${range} is not a range`;
  const values = bounds.map((bound) => readValue(bound, field));
  for (const [index, value] of values.entries()) {
    if (value === null) return `${bounds[index]} is not from ${field.min} to ${field.max}`;
  }
  const [low, high] = values;
  return typeof low === 'number' && typeof high === 'number' && low > high
    ? `the range ${range} runs backwards`
    : null;
}

function readValue(text: string, field: Field): number | null {
  const named = field.names.indexOf(text.toUpperCase());
  if (named !== -1) return field.min + named;
  if (!/^\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : null;
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `0 0 30 2 *` is well formed and never comes. */
function neverFires(fields: readonly string[]): string | null {
  const [, , day = '*', month = '*', weekday = '*'] = fields;
  if (weekday !== '*' || !/^\d+$/.test(day) || !/^\d+$/.test(month)) return null;
  const longest = LONGEST_MONTHS[Number(month) - 1] ?? 31;
  return Number(day) > longest ? `day ${day} never comes in month ${month}` : null;
}

import * as z from 'zod';
import { OVERLAP_POLICIES } from '../../contracts/index.js';
import { closed } from './closed.js';
import { describe, duration, text } from './scalars.js';

const bound = z.union([z.number(), z.string()]);
const range = closed({
  start: bound.describe('First value: a number or a name.'),
  end: bound.optional().describe('Last value; absent: the first.'),
  step: z.number().optional().describe('From one value to the next. Default 1.'),
});
const expected = {
  error: ({ input }: { input?: unknown }) =>
    `expected a number, text such as 1-5, {start, end, step} or a list of these, found ${describe(input)}`,
};
const item = z.union([z.number(), z.string(), range], expected);

function field(what: string) {
  return z
    .union([item, z.array(item).min(1)], expected)
    .optional()
    .describe(what);
}

export const calendarSchema = closed({
  second: field('0 to 59. Default 0.'),
  minute: field('0 to 59. Default 0.'),
  hour: field('0 to 23. Default 0.'),
  dayOfMonth: field('1 to 31. Default any.'),
  month: field('1 to 12, or january to december. Default any.'),
  year: field('2000 to 2100. Default any.'),
  dayOfWeek: field('0 (Sunday) to 6, or sunday to saturday. Default any.'),
});

/** Expressions, or calendars. */
export const MOST_IN_A_SCHEDULE = 100;

const cron = text('a cron expression');
const moment = text('a time such as 2027-01-01 or 2027-01-01T05:00:00+01:00');

export const scheduleSchema = closed(
  {
    cron: z
      .union([cron, z.array(cron).min(1).max(MOST_IN_A_SCHEDULE)], {
        error: ({ input }) =>
          `expected a cron expression or a list of them, found ${describe(input)}`,
      })
      .optional()
      .describe('Five fields, or a shorthand such as @weekly; a list: any of them.'),
    every: duration({ minMs: 1_000 })
      .optional()
      .describe('An interval, counted from 1970-01-01T00:00:00Z; instead of cron.'),
    offset: duration()
      .optional()
      .describe('With every: how long after the full interval. Default 0s.'),
    calendar: z
      .union([calendarSchema, z.array(calendarSchema).min(1).max(MOST_IN_A_SCHEDULE)], {
        error: ({ input }) => `expected a calendar or a list of them, found ${describe(input)}`,
      })
      .optional()
      .describe('Fields from second to year that must all match; instead of cron.'),
    timezone: text('a time zone').default('UTC').describe('IANA name. Default UTC.'),
    jitter: duration().optional().describe('Each time is put off by up to so much. Default 0s.'),
    overlap: z
      .enum(OVERLAP_POLICIES)
      .default('skip')
      .describe('What happens while the run before is still going on. Default skip.'),
    catchupWindow: duration({ minMs: 10_000 })
      .default('1h')
      .describe('How late a missed time is still made up for. Default 1h.'),
    pauseOnFailure: z
      .boolean()
      .default(false)
      .describe('The schedule pauses itself when a run failed. Default false.'),
    startAt: moment.optional().describe('Nothing is started before. Without a zone it is UTC.'),
    endAt: moment.optional().describe('Nothing is started after. Without a zone it is UTC.'),
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Values of parameters of the run; only without a model.'),
  },
  {
    paused: 'millrace schedule pause holds a schedule',
    skip: 'overlap: skip leaves out a time whose run before still goes on; calendar: chooses the days',
    exclude: 'calendar: lists the days on which it fires; startAt and endAt bound it',
  },
);

export type ScheduleSource = z.infer<typeof scheduleSchema>;

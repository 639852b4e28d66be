import {
  type CalendarSpec,
  formatEventTime,
  parseDurationMs,
  parseEventTimeMs,
  type ScheduleSpec,
} from '../../contracts/index.js';
import type { ScheduleSource } from '../schema/schedule-schema.js';

/**
 * The plan's schedule. What the file leaves out is absent, so that the plan of an older file, and
 * its hash, stay what they were.
 *
 * @param calendar - as `checkSchedule` read it
 */
export function buildSchedule(
  source: ScheduleSource | undefined,
  calendar: readonly CalendarSpec[],
): ScheduleSpec | null {
  if (source === undefined) return null;
  const { cron, every, offset = '0s', jitter, startAt, endAt, params } = source;
  const moment = (text: string) => formatEventTime(parseEventTimeMs(text) ?? 0);
  const ms = (text: string) => parseDurationMs(text) ?? 0;
  return {
    ...(cron !== undefined && {
      cron: Array.isArray(cron) ? cron.map((item) => item.trim()) : cron.trim(),
    }),
    ...(every !== undefined && { every: { intervalMs: ms(every), offsetMs: ms(offset) } }),
    ...(calendar.length > 0 && { calendar }),
    timezone: source.timezone,
    overlap: source.overlap,
    catchupWindowMs: ms(source.catchupWindow),
    ...(jitter !== undefined && ms(jitter) > 0 && { jitterMs: ms(jitter) }),
    ...(source.pauseOnFailure && { pauseOnFailure: true as const }),
    ...(startAt !== undefined && { startAt: moment(startAt) }),
    ...(endAt !== undefined && { endAt: moment(endAt) }),
    ...(params !== undefined && { params }),
  };
}

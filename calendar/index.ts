/** When a schedule fires: cron expressions, calendars and intervals on the clocks of time zones. */
export { type ClockChange, clockChanges } from './clock-changes.js';
export { parseCron, restrictsBothDays } from './cron.js';
export {
  CALENDAR_FIELDS,
  CalendarFault,
  type CalendarField,
  parseField,
  rangesOf,
  valuesOfRange,
} from './fields.js';
export {
  calendarsOf,
  type FireSpec,
  fireTimes,
  fireTimesBetween,
  isRepeatedTime,
  nextFireTimes,
} from './fire-times.js';
export { sameClockBefore, type ZoneClock, zoneClock } from './zone.js';

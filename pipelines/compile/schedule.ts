import { parseDurationMs, type ScheduleSpec } from '../../contracts/index.js';
import { nearest } from '../nearest.js';
import type { PipelineSource } from '../schema/file-schema.js';
import { type CompileContext, isRawObject } from './context.js';
import { cronFault } from './cron.js';

/** Cron and time zone: what no schema can say. */
export function checkSchedule(context: CompileContext): void {
  const schedule = context.source['schedule'];
  if (!isRawObject(schedule)) return;
  const { cron, timezone } = schedule;
  if (typeof cron === 'string') {
    const fault = cronFault(cron);
    if (fault !== null) {
      context.report({
        path: ['schedule', 'cron'],
        at: 'value',
        code: 'bad-value',
        message: `not a cron expression: ${fault}`,
        hint: 'such as "0 3 * * MON", or @weekly',
      });
    }
  }
  if (typeof timezone === 'string' && !isTimeZone(timezone)) {
    const near = nearest(timezone, Intl.supportedValuesOf('timeZone'));
    context.report({
      path: ['schedule', 'timezone'],
      at: 'value',
      code: 'bad-value',
      message: `unknown time zone ${timezone}`,
      hint: near === null ? 'an IANA name such as Europe/Berlin or UTC' : `did you mean ${near}?`,
    });
  }
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 know no daylight saving; Temporal takes names only.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function buildSchedule(source: PipelineSource['schedule']): ScheduleSpec | null {
  if (source === undefined) return null;
  return {
    cron: source.cron.trim(),
    timezone: source.timezone,
    overlap: source.overlap,
    catchupWindowMs: parseDurationMs(source.catchupWindow) ?? 0,
  };
}

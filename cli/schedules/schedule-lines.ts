import { formatDurationMs } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import type { FireTime, PlannedSchedule } from './planned-schedule.js';
import { scheduleWords } from './words.js';

/** The part of `plan` that shows when the pipeline runs by itself. */
export function scheduleLines(
  schedule: PlannedSchedule,
  width: number,
  style: Style,
): readonly string[] {
  const { jitterMs, timezone, next, warnings } = schedule;
  const jitter =
    jitterMs === undefined ? '' : `, each put off by up to ${formatDurationMs(jitterMs)}`;
  const columns: readonly Column[] = [{ title: timezone }, { title: 'UTC' }, { title: 'note' }];
  return [
    `${style.bold('schedule')} ${scheduleWords(schedule)}${jitter}`,
    ...(next.length === 0 ? [] : renderTable(columns, next.map(timeRow), width, style)),
    ...warnings.flatMap((warning) => wrap(`${style.yellow('warning:')} ${warning}`, width)),
  ];
}

function timeRow({ local, utc, repeated }: FireTime): readonly Cell[] {
  const [, moment = '', offset = ''] = /^(.{19})(.*)$/.exec(local) ?? [];
  const note = repeated === true ? 'the same local time again: nothing runs' : '';
  return [`${formatTime(moment)} ${offset}`, formatTime(utc), note];
}

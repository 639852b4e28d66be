import { listSchedules, type ScheduleInfo } from '../../temporal/schedules.js';
import type { Cli } from '../command.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { withRunningTemporal } from '../temporal.js';
import { localTime } from './planned-schedule.js';
import { timesWords } from './words.js';

/** The schedules that the server has; none is started for it. */
export async function list(cli: Cli): Promise<void> {
  const schedules = await withRunningTemporal(cli, ({ client }) => listSchedules(client));
  const named = schedules.map((schedule) => ({
    name: schedule.id.replace(/^schedule\//, ''),
    ...schedule,
    nextRunsLocal: schedule.nextRuns.map((time) =>
      localTime(schedule.spec?.timezone ?? 'UTC', Date.parse(time)),
    ),
  }));
  cli.out.result({ schedules: named }, () =>
    named.length === 0
      ? 'no schedules: millrace schedule apply FILE makes one'
      : scheduleTable(named, cli.out.columns, cli.out.style).join('\n'),
  );
}

const COLUMNS: readonly Column[] = [
  { title: 'pipeline', shrinkTo: 12 },
  { title: 'times', shrinkTo: 14 },
  { title: 'zone', shrinkTo: 8, dropOrder: 3 },
  { title: 'next (UTC)' },
  { title: 'last (UTC)', dropOrder: 1 },
  { title: 'ended', shrinkTo: 9 },
  { title: 'runs', align: 'right', dropOrder: 2 },
  { title: 'state', shrinkTo: 20, dropOrder: 4 },
];

function scheduleTable(
  schedules: readonly (ScheduleInfo & { readonly name: string })[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = schedules.map((schedule): readonly Cell[] => [
    schedule.name,
    schedule.spec === null ? 'changed by hand' : timesWords(schedule.spec),
    schedule.spec?.timezone ?? '',
    schedule.paused ? '' : formatTime(schedule.nextRuns[0] ?? null).slice(0, 16),
    formatTime(schedule.lastRun).slice(0, 16),
    schedule.last?.status ?? '',
    String(schedule.runs),
    stateCell(schedule, style),
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

function stateCell({ paused, note, nextRuns }: ScheduleInfo, style: Style): Cell {
  if (paused) return { text: `paused: ${note ?? ''}`.replace(/: $/, ''), paint: style.yellow };
  return nextRuns.length === 0 ? { text: 'over', paint: style.dim } : '';
}

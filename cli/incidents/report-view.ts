import { formatDurationMs, incidentName } from '../../contracts/index.js';
import type { IncidentReport, MeanTime } from '../../monitoring/incidents/index.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable, wrap } from '../render/table.js';

const RECURRING_SHOWN = 5;

const COLUMNS: readonly Column[] = [
  { title: 'mean time to' },
  { title: '', align: 'right' },
  { title: 'incidents', align: 'right' },
];

/** Mean times and what comes back, in full. */
export function reportLines(
  report: IncidentReport,
  width: number,
  style: Style,
): readonly string[] {
  const row = (name: string, { meanMs, incidents }: MeanTime) => [
    name,
    meanMs === null ? 'not known' : formatDurationMs(meanMs),
    String(incidents),
  ];
  return [
    `${report.incidents} incidents, ${report.open} open`,
    '',
    ...renderTable(
      COLUMNS,
      [
        row('detect', report.detect),
        row('respond', report.respond),
        row('recover', report.recover),
        row('be over, by event time', report.lasted),
      ],
      width,
      style,
    ),
    ...recurringLines(report, width, style),
  ];
}

/** The same as one line beneath a list. */
export function reportFooter(report: IncidentReport, width: number): readonly string[] {
  const known = (
    [
      ['detect', report.detect],
      ['respond', report.respond],
      ['recover', report.recover],
    ] as const
  ).flatMap(([name, { meanMs }]) =>
    meanMs === null ? [] : [`${name} ${formatDurationMs(meanMs)}`],
  );
  if (known.length === 0) return [];
  const closed = report.incidents - report.open;
  return wrap(`mean time to ${known.join(', ')}; ${report.open} open, ${closed} closed`, width);
}

function recurringLines(
  { recurring }: IncidentReport,
  width: number,
  style: Style,
): readonly string[] {
  if (recurring.length === 0) return [];
  return [
    '',
    style.dim('what comes back'),
    ...recurring.slice(0, RECURRING_SHOWN).flatMap(({ kind, cause, incidents }) => {
      const named = incidents.map(incidentName).join(', ');
      return wrap(`${kind} with ${cause}: ${incidents.length} times (${named})`, width);
    }),
  ];
}

import { formatDurationMs, type Incident } from '../../contracts/index.js';
import {
  detectedAfterMs,
  lastedMs,
  recoveredAfterMs,
  respondedAfterMs,
} from '../../monitoring/incidents/index.js';
import { ago } from '../render/ago.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatMoment, formatTime } from '../render/values.js';
import type { IncidentDocument } from './read-incidents.js';
import { severityCell, severityText } from './severity-cell.js';
import type { TimelineEntry } from './timeline.js';

const COLUMNS: readonly Column[] = [
  { title: 'incident', shrinkTo: 12 },
  { title: 'severity' },
  { title: 'kind', shrinkTo: 12 },
  { title: 'since', dropOrder: 2 },
  { title: 'opened', dropOrder: 1 },
  { title: 'windows', align: 'right', dropOrder: 5 },
  { title: 'responded', dropOrder: 3 },
  { title: 'state', dropOrder: 4 },
  { title: 'likely cause', shrinkTo: 12 },
];

/** Incidents, one line each. */
export function incidentTable(
  incidents: readonly IncidentDocument[],
  nowMs: number,
  width: number,
  style: Style,
): readonly string[] {
  const rows = incidents.map((incident): readonly Cell[] => [
    incident.name,
    severityCell(incident.severity, style),
    incident.kind,
    formatMoment(incident.since),
    ago(incident.openedAt, nowMs),
    String(incident.windows.length),
    respondedCell(incident, style),
    stateCell(incident, style),
    likelyCause(incident),
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

function respondedCell(incident: Incident, style: Style): Cell {
  const ms = respondedAfterMs(incident);
  if (ms !== null) return `after ${formatDurationMs(ms)}`;
  return { text: incident.status === 'open' ? 'not yet' : 'no', paint: style.dim };
}

function stateCell({ resolution }: Incident, style: Style): Cell {
  if (resolution === null) return { text: 'open', paint: style.bold };
  return resolution.how === 'recovered'
    ? { text: 'recovered', paint: style.green }
    : { text: 'closed', paint: style.dim };
}

export function likelyCause({ causes }: Pick<Incident, 'causes'>): string {
  const [first] = causes;
  if (first === undefined) return '';
  return first.what === 'deploy' ? `deploy of ${first.name}` : `${first.what} ${first.name}`;
}

/** One incident in words: what it is, when, why, and all that happened. */
export function incidentLines(
  incident: IncidentDocument,
  timeline: readonly TimelineEntry[],
  nowMs: number,
  width: number,
  style: Style,
): readonly string[] {
  const { bold, dim, green } = style;
  const state = incident.status === 'open' ? bold('open') : green(stateWord(incident));
  return [
    `${bold(incident.name)}  ${severityText(incident.severity, style)}  ${incident.kind}  ${state}`,
    ...wrap(incident.summary, width),
    '',
    ...facts(incident, nowMs).flatMap(([name, text]) => hanging(name, text, 11, width, dim)),
    ...causeLines(incident, width, style),
    '',
    dim('timeline (UTC)'),
    ...timeline.flatMap((entry) => timelineLines(entry, width, style)),
  ];
}

function stateWord({ resolution }: Incident): string {
  return resolution?.how === 'recovered' ? 'recovered' : 'closed';
}

function facts(incident: Incident, nowMs: number): readonly (readonly [string, string])[] {
  const { since, version, openedAt, arrivedAt, resolution, status } = incident;
  const detected = detectedAfterMs(incident);
  const by = arrivedAt === undefined ? 'of event time after it began' : 'after its data came';
  const responded = respondedAfterMs(incident);
  const recovered = recoveredAfterMs(incident);
  const lasted = lastedMs(incident);
  const lines: [string, string][] = [
    ['since', `${formatMoment(since)} (event time), under version ${version}`],
    [
      'opened',
      `${formatTime(openedAt)}, ${ago(openedAt, nowMs)}${detected === null ? '' : `; ${formatDurationMs(detected)} ${by}`}`,
    ],
    [
      'responded',
      responded === null
        ? `nothing was done${status === 'open' ? ' yet' : ''}`
        : `${formatDurationMs(responded)} after that`,
    ],
  ];
  if (status === 'open' || resolution === null) return lines;
  const took = recovered === null ? '' : `, ${formatDurationMs(recovered)} after it was opened`;
  const spanned = lasted === null ? '' : `; it lasted ${formatDurationMs(lasted)} of event time`;
  return [...lines, [stateWord(incident), `${formatTime(resolution.at)}${took}${spanned}`]];
}

function causeLines({ causes }: Incident, width: number, style: Style): readonly string[] {
  if (causes.length === 0) return [];
  return [
    '',
    style.dim('likely causes'),
    ...causes.flatMap(({ what, detail, since }, index) => {
      const when = since === null ? '' : ` (since ${formatMoment(since)})`;
      return hanging(`${index + 1}. ${what}`, `${detail}${when}`, 13, width, style.cyan);
    }),
  ];
}

const EVENT_COLOUR: Readonly<Record<string, keyof Style>> = {
  opened: 'yellow',
  again: 'yellow',
  escalated: 'red',
  clean: 'green',
  closed: 'green',
  failed: 'red',
  retrying: 'red',
};

function timelineLines(entry: TimelineEntry, width: number, style: Style): readonly string[] {
  const time = formatTime(entry.at).slice(0, 16);
  const paint = style[EVENT_COLOUR[entry.event] ?? 'cyan'];
  const label = entry.what === 'ledger' ? 'done' : entry.what === 'alert' ? 'told' : entry.event;
  const [first = '', ...rest] = hanging(label, entry.text, 11, width - 18, paint);
  return [`${style.dim(time)}  ${first}`, ...rest.map((line) => `${' '.repeat(18)}${line}`)];
}

/** A label and its text beside it, broken beneath its own beginning. */
function hanging(
  label: string,
  text: string,
  indent: number,
  width: number,
  paint: (text: string) => string,
): readonly string[] {
  return wrap(text, Math.max(20, width - indent)).map((line, index) =>
    index === 0
      ? `${paint(label)}${' '.repeat(Math.max(1, indent - label.length))}${line}`
      : `${' '.repeat(indent)}${line}`,
  );
}

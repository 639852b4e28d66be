import type { Alert, Incident, IncidentChange } from '../../contracts/index.js';
import { formatDurationMs, incidentGroup, incidentName } from '../../contracts/index.js';
import { recoveredAfterMs } from './incident-report.js';

/** Changes that a person is told of; what only joins is in the incident. */
const TOLD: readonly IncidentChange[] = ['opened', 'escalated', 'closed'];
const CAUSES_TOLD = 3;

/**
 * What is told of a change of an incident; `null` where nobody is. All alerts of one incident are of
 * one group; the same change gives the same key.
 *
 * @param channels - of the response, besides those of the monitor
 */
export function incidentAlert(
  incident: Incident,
  change: IncidentChange,
  channels: readonly string[],
): Alert | null {
  if (!TOLD.includes(change)) return null;
  const { model, number, severity, kind, summary } = incident;
  const name = incidentName(incident);
  const group = incidentGroup(incident);
  const isClosed = change === 'closed';
  return {
    key: change === 'escalated' ? `${group}/escalated/${severity}` : `${group}/${change}`,
    model,
    severity,
    group,
    status: isClosed ? 'resolved' : 'firing',
    title: isClosed ? `${name} is closed: ${kind}` : `${name} ${kind}: ${firstWords(summary)}`,
    text: isClosed ? closingText(incident) : openText(incident),
    facts: factsOf(incident),
    channels,
    at: incident.resolution?.at ?? incident.windows.at(-1)?.at ?? incident.openedAt,
    incident: number,
  };
}

function openText(incident: Incident): string {
  const { summary, causes, windows } = incident;
  const action = windows.at(-1)?.action ?? 'none';
  const likely = causes.slice(0, CAUSES_TOLD).map(({ detail }) => `- ${detail}`);
  return [
    `${summary}.`,
    ...(likely.length === 0 ? [] : ['Likely causes:', ...likely]),
    ...(action === 'none' ? [] : [`The policy says: ${action}.`]),
    `See: millrace incidents show ${incidentName(incident)}`,
  ].join('\n');
}

function closingText(incident: Incident): string {
  const { resolution, summary } = incident;
  const recoveredMs = recoveredAfterMs(incident);
  const how =
    recoveredMs === null
      ? `${resolution?.actor ?? 'a person'} closed it: ${resolution?.note ?? ''}`
      : `Recovered after ${formatDurationMs(recoveredMs)}: ${resolution?.note ?? ''}`;
  return `${how}.\nIt was: ${summary}.`;
}

function factsOf({ version, since, severity, windows, causes }: Incident): Alert['facts'] {
  const [cause] = causes;
  return {
    version: String(version),
    severity,
    since,
    windows: String(windows.length),
    ...(cause !== undefined && { 'likely cause': `${cause.what} ${cause.name}` }),
  };
}

/** A title is one line; the whole sentence is in the text. */
function firstWords(text: string): string {
  const [line = ''] = text.split(/[;\n]/);
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

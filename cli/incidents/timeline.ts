import type {
  AlertDelivery,
  Incident,
  IncidentChange,
  LedgerEntry,
} from '../../contracts/index.js';
import { linesOf } from '../../monitoring/incidents/index.js';
import { ledgerSentence } from '../models/sentences.js';
import { formatMoment } from '../render/values.js';

/** One thing that happened in an incident. */
export interface TimelineEntry {
  /** Wall clock. */
  readonly at: string;
  readonly what: 'window' | 'ledger' | 'alert' | 'closed';
  /** What a window made of the incident, what was done, what became of an alert. */
  readonly event: string;
  readonly text: string;
}

/**
 * Windows, ledger lines and deliveries of alerts of one incident, oldest first.
 *
 * @param deliveries - of the incident's group alone
 */
export function incidentTimeline(
  incident: Incident,
  ledger: readonly LedgerEntry[],
  deliveries: readonly AlertDelivery[],
): readonly TimelineEntry[] {
  const entries = [
    ...incident.windows.map(windowEntry),
    ...linesOf(incident, ledger).map(ledgerEntry),
    ...deliveries.map(deliveryEntry),
    ...closing(incident),
  ];
  // Of equal times the order above: what a window shows comes before what is done about it.
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => Date.parse(a.entry.at) - Date.parse(b.entry.at) || a.index - b.index)
    .map(({ entry }) => entry);
}

const CHANGE: Readonly<Record<IncidentChange, string>> = {
  opened: 'opened',
  joined: 'again',
  escalated: 'escalated',
  recovered: 'clean',
  closed: 'clean',
  none: 'window',
};

function windowEntry(window: Incident['windows'][number]): TimelineEntry {
  const action = window.action === 'none' ? '' : ` → ${window.action}`;
  const span = `${formatMoment(window.window.start)} to ${formatMoment(window.window.end)}`;
  return {
    at: window.at,
    what: 'window',
    event: CHANGE[window.change ?? 'none'],
    text: `${span}: ${window.kind}${action}; ${window.reason}`,
  };
}

function ledgerEntry(entry: LedgerEntry): TimelineEntry {
  return { at: entry.at, what: 'ledger', event: entry.action, text: ledgerSentence(entry) };
}

function deliveryEntry({ at, channel, status, title, detail }: AlertDelivery): TimelineEntry {
  const why = status === 'delivered' ? '' : ` (${detail})`;
  return { at, what: 'alert', event: status, text: `${channel || 'nobody'}: ${title}${why}` };
}

function closing({ resolution }: Incident): readonly TimelineEntry[] {
  if (resolution === null) return [];
  const { at, actor, note, how } = resolution;
  const text =
    how === 'recovered' ? `recovered: ${note}` : `${actor.replace(/^user:/, '')}: ${note}`;
  return [{ at, what: 'closed', event: 'closed', text }];
}

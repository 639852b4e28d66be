import type { AlertDelivery, Severity, Silence } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';

const DELIVERIES: readonly Column[] = [
  { title: 'at (UTC)' },
  { title: 'model', shrinkTo: 8 },
  { title: 'channel', shrinkTo: 6 },
  { title: 'severity', dropOrder: 2 },
  { title: 'status' },
  { title: 'alert', shrinkTo: 16 },
  { title: 'detail', shrinkTo: 12, dropOrder: 1 },
];

export function deliveryTable(
  deliveries: readonly AlertDelivery[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = deliveries.map((delivery) => [
    formatTime(delivery.at),
    delivery.model,
    delivery.channel === '' ? '–' : delivery.channel,
    severityCell(delivery, style),
    statusCell(delivery.status, style),
    titleOf(delivery),
    delivery.detail,
  ]);
  return renderTable(DELIVERIES, rows, width, style);
}

function severityCell({ alert, severity }: AlertDelivery, style: Style): Cell {
  if (alert === 'resolved') return { text: 'resolved', paint: style.green };
  const paints: Readonly<Record<Severity, Style['red']>> = {
    info: style.dim,
    warning: style.yellow,
    critical: style.red,
  };
  return { text: severity, paint: paints[severity] };
}

function statusCell(status: AlertDelivery['status'], style: Style): Cell {
  const paints: Readonly<Record<AlertDelivery['status'], Style['red']>> = {
    delivered: style.green,
    retrying: style.yellow,
    failed: style.red,
    silenced: style.dim,
    logged: style.dim,
  };
  return { text: status, paint: paints[status] };
}

function titleOf({ key, title }: AlertDelivery): string {
  const repeat = /\/repeat\/(\d+)$/.exec(key)?.[1];
  return repeat === undefined ? title : `${title} (again, ${repeat})`;
}

const SILENCES: readonly Column[] = [
  { title: 'id' },
  { title: 'model', shrinkTo: 8 },
  { title: 'until (UTC)' },
  { title: 'by', shrinkTo: 8, dropOrder: 1 },
  { title: 'reason', shrinkTo: 12 },
];

export function silenceTable(
  silences: readonly Silence[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = silences.map(({ id, model, until, actor, reason }) => [
    id,
    model ?? 'every model',
    formatTime(until),
    actor,
    reason,
  ]);
  return renderTable(SILENCES, rows, width, style);
}

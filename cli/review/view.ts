import type { LabelSuspect, PredictionRecord, ReviewItem } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable, wrap } from '../render/table.js';
import { formatNumber, formatTime } from '../render/values.js';

const ITEMS: readonly Column[] = [
  { title: 'id' },
  { title: 'event time (UTC)', dropOrder: 2 },
  { title: 'prediction', shrinkTo: 10 },
  { title: 'confidence', align: 'right' },
  { title: 'looked at by', shrinkTo: 8, dropOrder: 3 },
  { title: 'why', shrinkTo: 16 },
];

export function itemTable(
  items: readonly ReviewItem[],
  width: number,
  style: Style,
): readonly string[] {
  const now = new Date().toISOString();
  const rows = items.map(({ id, eventTime, prediction, confidence, claim, reasons }) => [
    id,
    formatTime(eventTime),
    shown(prediction),
    percent(confidence),
    claim !== null && claim.until > now ? claim.actor : '',
    reasons.map(({ detail }) => detail).join('; '),
  ]);
  return renderTable(ITEMS, rows, width, style);
}

/** One prediction with all that helps to tell its true answer. */
export function itemLines(item: ReviewItem, width: number, style: Style): readonly string[] {
  const inputs = Object.entries(item.inputs);
  const widest = Math.max(0, ...inputs.map(([name]) => name.length));
  const chances = Object.entries(item.probabilities ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([name, chance]) => `${name} ${percent(chance)}`);
  return [
    `${style.bold(item.id)}  ${item.model} version ${item.version}, ${formatTime(item.eventTime)} UTC`,
    '',
    ...inputs.map(([name, value]) => `  ${style.dim(name.padEnd(widest))}  ${shown(value)}`),
    '',
    `predicted: ${style.bold(shown(item.prediction))}${chances.length === 0 ? '' : `  (${chances.join(', ')})`}`,
    ...item.reasons.flatMap(({ why, detail }) => wrap(`${why}: ${detail}`, width)),
    '',
    `millrace review answer ${item.id} LABEL`,
  ];
}

const SUSPECTS: readonly Column[] = [
  { title: 'id' },
  { title: 'event time (UTC)', dropOrder: 2 },
  { title: 'label', shrinkTo: 8 },
  { title: 'rather', shrinkTo: 8 },
  { title: 'strength', align: 'right' },
  { title: 'why', shrinkTo: 16, dropOrder: 1 },
];

export function suspectTable(
  suspects: readonly LabelSuspect[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = suspects.map(({ id, eventTime, label, likely, strength, detail }) => [
    id,
    formatTime(eventTime),
    shown(label),
    shown(likely),
    strength.toFixed(2),
    detail,
  ]);
  return renderTable(SUSPECTS, rows, width, style);
}

export function shown(value: PredictionRecord['prediction'] | null): string {
  return typeof value === 'number' ? formatNumber(value) : String(value ?? 'missing');
}

function percent(share: number | null): string {
  return share === null ? '' : `${(100 * share).toFixed(1)} %`;
}

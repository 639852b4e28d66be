import { formatDurationMs } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable, wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import type { FeatureDocument } from './document.js';

const COLUMNS: readonly Column[] = [
  { title: 'view', shrinkTo: 12 },
  { title: 'entity', shrinkTo: 8 },
  { title: 'features', shrinkTo: 16 },
  { title: 'owner', shrinkTo: 8, dropOrder: 2 },
  { title: 'tags', shrinkTo: 8, dropOrder: 3 },
  { title: 'used by', shrinkTo: 10, dropOrder: 1 },
  { title: 'online until', dropOrder: 4 },
];

/** A line a view. */
export function viewTable(
  documents: readonly FeatureDocument[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = documents.map((document) => [
    document.name,
    document.entity.join(', '),
    document.features.map(({ name }) => name).join(', '),
    document.owner,
    document.tags.join(', '),
    [...new Set(document.usedBy.map(({ model }) => model))].join(', '),
    document.online === null ? '' : formatTime(document.online.until),
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

/** All that is known of one view. */
export function viewPage(
  document: FeatureDocument,
  width: number,
  style: Style,
): readonly string[] {
  const { name, description, source, ttlMs } = document;
  const facts: readonly (readonly [string, string])[] = [
    ['owner', document.owner],
    ['tags', document.tags.join(', ')],
    ['entity', document.entity.join(', ')],
    ['timestamp', document.timestamp],
    ['source', source.sql ?? source.files.map(({ path }) => path).join(', ')],
    ['ttl', ttlMs === null ? 'none' : formatDurationMs(ttlMs)],
    ['definition', document.hash.slice(0, 16)],
    ['file', document.file],
    ['online', onlineWords(document)],
  ];
  const features = document.features.map((feature) => [
    feature.name,
    feature.type,
    feature.description ?? '',
  ]);
  const users = document.usedBy.map(({ model, version, champion, current, features: used }) => [
    `${model}@${version}`,
    champion ? 'champion' : '',
    current ? '' : 'another definition',
    used.join(', '),
  ]);
  const table = [{ title: 'feature' }, { title: 'type' }, { title: 'description', shrinkTo: 20 }];
  const usedBy = [
    { title: 'used by' },
    { title: 'role' },
    { title: 'trained with' },
    { title: 'features', shrinkTo: 16 },
  ];
  return [
    style.bold(name),
    ...(description === null ? [] : wrap(description, width)),
    '',
    ...facts
      .filter(([, value]) => value !== '')
      .map(([key, value]) => `${style.dim(key.padEnd(10))} ${value}`),
    '',
    ...renderTable(table, features, width, style),
    ...(users.length === 0 ? [] : ['', ...renderTable(usedBy, users, width, style)]),
  ];
}

function onlineWords({ name, online, onlineProblem }: FeatureDocument): string {
  if (onlineProblem !== null) return `not known: ${onlineProblem}`;
  return online === null
    ? `nothing yet: millrace features materialize ${name}`
    : `${online.entities} entities until ${formatTime(online.until)}`;
}

import type { LedgerEntry } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatMetrics, formatMoment, formatTime } from '../render/values.js';
import { shortRunId } from '../runs/short-run-id.js';
import type { ModelDocument } from './document.js';
import { ledgerSentence } from './sentences.js';

const COLUMNS: readonly Column[] = [
  { title: 'version', align: 'right' },
  { title: '' },
  { title: 'metrics', shrinkTo: 14 },
  { title: 'trained as of', dropOrder: 1 },
  { title: 'algorithm', shrinkTo: 8, dropOrder: 3 },
  { title: 'status', dropOrder: 5 },
  { title: 'run', dropOrder: 2 },
];

/** A model in words: what serves, its versions, and the ledger in sentences. */
export function modelLines(model: ModelDocument, width: number, style: Style): readonly string[] {
  const { bold, dim, green } = style;
  const champion =
    model.champion === null ? 'no champion yet' : `version ${model.champion} is champion`;
  const rows = model.versions.map((version): readonly Cell[] => [
    String(version.version),
    version.version === model.champion ? { text: '★ champion', paint: green } : '',
    formatMetrics(version.metrics, 4),
    formatMoment(version.asOf),
    version.algorithm,
    version.approval === 'approved' ? version.status : `${version.status}, ${version.approval}`,
    shortRunId(version.runId),
  ]);
  return [
    `${bold(model.name)}: ${retiredWords(model)}${champion}${servedBy(model)}`,
    '',
    ...renderTable(COLUMNS, rows, width, style),
    ...planLines(model, width),
    ...nameLines(model, width),
    '',
    dim('ledger (UTC)'),
    ...model.ledger.flatMap((entry) => ledgerLines(entry, width, style)),
  ];
}

function retiredWords({ retirement }: ModelDocument): string {
  return retirement === null || retirement === 'returned' ? '' : `${retirement}; `;
}

/** What gateways cannot read of a version, and do without. */
function planLines({ versions }: ModelDocument, width: number): readonly string[] {
  const gone = versions.filter(({ planIsGone }) => planIsGone).map(({ version }) => version);
  if (gone.length === 0) return [];
  const which = gone.length === 1 ? `version ${gone[0]}` : `versions ${gone.join(', ')}`;
  return [
    '',
    ...wrap(
      `no plan of ${which} is in the artifact store: gateways serve by the defaults, without a serve block`,
      width,
    ),
  ];
}

/** Aliases besides the champion, and tags, where there are any. */
function nameLines({ aliases, tags }: ModelDocument, width: number): readonly string[] {
  const named = Object.entries(aliases)
    .filter(([alias]) => alias !== 'champion')
    .map(([alias, version]) => `${alias} → ${version}`);
  const tagged = tags.map(({ version, tag, value }) =>
    version === null ? `${tag}=${value}` : `${version}: ${tag}=${value}`,
  );
  return [
    ...(named.length === 0 ? [] : ['', ...wrap(`aliases: ${named.join(', ')}`, width)]),
    ...(tagged.length === 0 ? [] : ['', ...wrap(`tags: ${tagged.join(', ')}`, width)]),
  ];
}

function servedBy({ champion, serving }: ModelDocument): string {
  // A gateway that is up has nothing of a model without a champion.
  if (champion === null && serving.length === 0) return '';
  if (serving.length === 0) return '; no gateway is live';
  const told = serving.map(({ gateway, version, fallback }) =>
    fallback === undefined
      ? `${gateway} serves version ${version}`
      : `${gateway} has version ${fallback} answer in place of version ${version}`,
  );
  return `; ${told.join(', ')}`;
}

/** One ledger line, wrapped beneath its time. */
export function ledgerLines(entry: LedgerEntry, width: number, style: Style): readonly string[] {
  const time = formatTime(entry.at).slice(0, 16);
  const indent = ' '.repeat(time.length + 2);
  return wrap(ledgerSentence(entry), Math.max(20, width - indent.length)).map((line, index) =>
    index === 0 ? `${style.dim(time)}  ${line}` : `${indent}${line}`,
  );
}

import type { KeyEntry } from '../../models/access/key-administration.js';
import { ago } from '../render/ago.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';

const COLUMNS: readonly Column[] = [
  { title: 'name', shrinkTo: 8 },
  { title: 'id' },
  { title: 'state' },
  { title: 'scopes', shrinkTo: 8 },
  { title: 'models', shrinkTo: 8 },
  { title: 'a second', align: 'right', dropOrder: 2 },
  { title: 'expires (UTC)', dropOrder: 1 },
  { title: 'last used' },
  { title: 'made by', shrinkTo: 8, dropOrder: 3 },
];

export function keyTable(
  keys: readonly KeyEntry[],
  nowMs: number,
  width: number,
  style: Style,
): readonly string[] {
  const rows = keys.map((key): readonly Cell[] => [
    key.name,
    key.id,
    stateCell(key.state, style),
    key.scopes.join(' '),
    key.models?.join(' ') ?? 'all',
    key.requestsPerSecond === null ? '' : String(key.requestsPerSecond),
    formatTime(key.expiresAt),
    key.lastUsedAt === null ? '–' : ago(key.lastUsedAt, nowMs),
    key.createdBy,
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

function stateCell(state: KeyEntry['state'], style: Style): Cell {
  const paints = { active: style.green, expired: style.yellow, revoked: style.dim };
  return { text: state, paint: paints[state] };
}

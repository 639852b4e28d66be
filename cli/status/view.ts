import { severityCell } from '../incidents/severity-cell.js';
import { ago } from '../render/ago.js';
import { sparkline } from '../render/sparkline.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatMoment, formatNumber, formatShare } from '../render/values.js';
import { ACTION_WORDS } from './action-words.js';
import type { ModelStatus } from './read-status.js';

const COLUMNS: readonly Column[] = [
  { title: 'model', shrinkTo: 10 },
  { title: 'version', align: 'right' },
  { title: 'drift', align: 'right' },
  { title: 'performance', align: 'right' },
  { title: 'trend', dropOrder: 3 },
  { title: 'incident', shrinkTo: 11 },
  { title: 'last action', shrinkTo: 11, dropOrder: 2 },
  { title: 'next window', dropOrder: 1 },
];

/** One row a model; below it what a row has no room for and a person should know. */
export function statusLines(
  models: readonly ModelStatus[],
  nowMs: number,
  width: number,
  style: Style,
): readonly string[] {
  const rows = models.map((model): readonly Cell[] => [
    model.name,
    versionCell(model, style),
    driftCell(model, style),
    performanceCell(model, style),
    trendCell(model, style),
    incidentCell(model, style),
    actionCell(model, nowMs),
    nextCell(model, style),
  ]);
  const notes = models.flatMap((model) => notesOf(model, nowMs, style));
  return [
    ...renderTable(COLUMNS, rows, width, style),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.flatMap(({ mark, text }) =>
      wrap(text, Math.max(20, width - 2)).map((line, index) =>
        index === 0 ? `${mark} ${line}` : `  ${line}`,
      ),
    ),
  ];
}

function versionCell({ champion, fallback }: ModelStatus, style: Style): Cell {
  if (champion === null) return { text: 'none', paint: style.dim };
  if (fallback === null) return String(champion);
  return { text: `${champion} (${fallback} answers)`, paint: style.yellow };
}

function driftCell({ drift }: ModelStatus, style: Style): Cell {
  if (drift === null || drift.share === null) return { text: '–', paint: style.dim };
  const text = formatShare(drift.share);
  return drift.share > drift.threshold ? { text, paint: style.yellow } : text;
}

function performanceCell({ performance }: ModelStatus, style: Style): Cell {
  if (performance === null) return '';
  const { metric, value, relativeLoss: loss, threshold } = performance;
  if (value === null || loss === null) return { text: `${metric} –`, paint: style.dim };
  const text = `${metric} ${formatNumber(value)} ${loss > 0 ? '+' : ''}${formatShare(loss)}`;
  return loss > threshold ? { text, paint: style.red } : text;
}

/** Loss over the last windows: a full bar is twice what is let pass. */
function trendCell({ performance }: ModelStatus, style: Style): Cell {
  if (performance === null || performance.recentLosses.length < 2) return '';
  const full = performance.threshold > 0 ? 2 * performance.threshold : 1;
  const text = sparkline(performance.recentLosses, full).trimEnd();
  const isLost = (performance.relativeLoss ?? 0) > performance.threshold;
  return { text, paint: isLost ? style.red : style.green };
}

function incidentCell({ incident, verdict }: ModelStatus, style: Style): Cell {
  if (incident === null) {
    return verdict === null
      ? { text: '–', paint: style.dim }
      : { text: 'none', paint: style.green };
  }
  const { paint } = toPainted(severityCell(incident.severity, style));
  const number = incident.name.slice(incident.name.lastIndexOf('#'));
  return { text: `${number} ${incident.kind}`, paint };
}

function toPainted(cell: Cell): { readonly paint: (text: string) => string } {
  return typeof cell === 'string' ? { paint: (text) => text } : cell;
}

function actionCell({ lastAction }: ModelStatus, nowMs: number): Cell {
  if (lastAction === null) return '';
  return `${ACTION_WORDS[lastAction.action]} ${ago(lastAction.at, nowMs)}`;
}

function nextCell({ monitor }: ModelStatus, style: Style): Cell {
  if (monitor === null) return { text: 'not watched', paint: style.dim };
  if (monitor.isOverdue) return { text: 'overdue', paint: style.red };
  return formatMoment(monitor.nextWindow?.end ?? null);
}

interface Note {
  readonly mark: string;
  readonly text: string;
}

function notesOf(model: ModelStatus, nowMs: number, style: Style): readonly Note[] {
  const { name, incident, automation, waiting, undoable, imputed, monitor } = model;
  const { paused } = automation;
  const notes: (Note | null)[] = [
    incident === null
      ? null
      : {
          mark: toPainted(severityCell(incident.severity, style)).paint('!'),
          text: `${incident.name}, opened ${ago(incident.openedAt, nowMs)}: ${incident.summary}`,
        },
    ...waiting.map(({ what, waitsFor, detail }) => ({
      mark: style.cyan('?'),
      text: `${name}: a ${what} waits for ${WAITS_FOR[waitsFor]}: ${detail}`,
    })),
    ...undoable.map(({ what, until }) => ({
      mark: style.cyan('?'),
      text: `${name}: the last ${what} can be taken back (millrace undo); that ends ${ago(until, nowMs)}`,
    })),
    paused === null
      ? null
      : {
          mark: style.yellow('‖'),
          text: `${name}: automation is paused by ${paused.actor.replace(/^user:/, '')}${paused.until === null ? '' : `, ends ${ago(paused.until, nowMs)}`}: ${paused.reason}`,
        },
    automation.isBreakerOpen
      ? {
          mark: style.yellow('‖'),
          text: `${name}: retrains in a row promoted nothing, so automatic ones are held; one by hand, or a promotion, lets them go on`,
        }
      : null,
    imputed.length === 0
      ? null
      : { mark: style.cyan('+'), text: `${name}: the gateways fill in ${imputed.join(', ')}` },
    monitor?.isOverdue === true
      ? {
          mark: style.red('✗'),
          text: `${name}: its monitor last looked ${ago(monitor.lookedAt ?? '', nowMs)}, and should have since; millrace doctor says whether a worker runs`,
        }
      : null,
    monitor === null || monitor.problem === null
      ? null
      : { mark: style.red('✗'), text: `${name}: its monitor says ${monitor.problem}` },
  ];
  return notes.filter((note) => note !== null);
}

const WAITS_FOR = {
  readiness: 'its checks',
  approval: 'a person (millrace approve)',
  'quiet-hours': 'the end of quiet hours',
} as const;

import type { RolloutMeasurement, RolloutStatus } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable, truncate } from '../render/table.js';
import { didPass, type RolloutDocument } from './document.js';

const STATUS: Readonly<
  Record<RolloutStatus, { readonly mark: string; readonly colour: keyof Style }>
> = {
  running: { mark: '▸', colour: 'cyan' },
  paused: { mark: '‖', colour: 'yellow' },
  promoted: { mark: '✓', colour: 'green' },
  'kept-champion': { mark: '✗', colour: 'red' },
  aborted: { mark: '■', colour: 'yellow' },
  'rolled-back': { mark: '■', colour: 'yellow' },
  superseded: { mark: '■', colour: 'yellow' },
};

const BAR_WIDTH = 40;
const LOOKS_SHOWN = 5;

/** A rollout as lines that fit a width. */
export function rolloutLines(
  rollout: RolloutDocument,
  width: number,
  style: Style,
): readonly string[] {
  const { model, to, from, spec, status, detail } = rollout;
  const { mark, colour } = STATUS[didPass(rollout) ? 'promoted' : status];
  const title = `${mark} ${model}: ${spec.strategy} of version ${to} beside version ${from ?? 'none'}, ${status}`;
  return [
    style[colour](truncate(title, width)),
    ...folded(`  ${detail}`, width),
    truncate(`  ${stageLine(rollout)}`, width),
    ...armLines(rollout, width, style),
    ...gatewayLines(rollout, width, style),
    ...lookLines(rollout.measurements, width, style),
  ];
}

/** The stages with the present one marked. */
function stageLine({ stages, step, status }: RolloutDocument): string {
  const ended = status !== 'running' && status !== 'paused';
  return stages.map((text, index) => (index === step && !ended ? `[${text}]` : text)).join(' → ');
}

function armLines({ arms, spec, to, route }: RolloutDocument, width: number, style: Style) {
  const room = Math.max(10, Math.min(BAR_WIDTH, width - 30));
  const lines = arms.map(({ version, weightPercent }) => {
    const filled = Math.round((weightPercent / 100) * room);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(room - filled)}`;
    const share = `${weightPercent} %`.padStart(5);
    return `  version ${String(version).padEnd(4)} ${version === to ? style.cyan(bar) : bar} ${share}`;
  });
  const copies = route?.shadows ?? [];
  return [
    ...lines,
    ...copies.map((version) => `  version ${String(version).padEnd(4)} has a copy of each request`),
    ...(spec.stickyBy === null || copies.length > 0
      ? []
      : [style.dim(truncate(`  the same ${spec.stickyBy} keeps its version`, width))]),
  ];
}

function gatewayLines({ gateways }: RolloutDocument, width: number, style: Style) {
  if (gateways.length === 0) return [style.dim('  no gateway is running')];
  const behind = gateways.filter(({ isUpToDate }) => !isUpToDate);
  if (behind.length === 0) {
    const all =
      gateways.length === 1 ? 'the gateway applies' : `all ${gateways.length} gateways apply`;
    return [style.dim(`  ${all} it`)];
  }
  return behind.map(({ id, route }) =>
    style.yellow(truncate(`  gateway ${id} is behind (route ${route ?? 'none'})`, width)),
  );
}

const COLUMNS: readonly Column[] = [
  { title: '  look', align: 'right' },
  { title: 'rows', align: 'right', dropOrder: 1 },
  { title: 'verdict' },
  { title: 'reason', shrinkTo: 20 },
];

function lookLines(measurements: readonly RolloutMeasurement[], width: number, style: Style) {
  const shown = measurements.slice(-LOOKS_SHOWN);
  if (shown.length === 0) return [];
  const rows = shown.map((look) => [
    String(look.number),
    `${look.challenger.rows}/${look.champion?.rows ?? 0}`,
    { text: look.verdict, paint: style[VERDICT_COLOUR[look.verdict]] },
    look.reason,
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

const VERDICT_COLOUR = {
  pass: 'green',
  fail: 'red',
  inconclusive: 'yellow',
  error: 'red',
  'no-data': 'dim',
} as const;

/** A sentence on as few lines as it takes. */
function folded(text: string, width: number): readonly string[] {
  if (!Number.isFinite(width) || text.length <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '    ';
    }
    line = line === '' || line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line].map((one) => truncate(one, width));
}

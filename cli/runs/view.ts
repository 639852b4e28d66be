import { formatDurationMs } from '../../contracts/index.js';
import { promotionLines } from '../approvals/promotions.js';
import { waitingLines } from '../approvals/waiting.js';
import { STATUS_MARK, statusCell } from '../render/status.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatMetrics, formatNumber } from '../render/values.js';
import type { RunDocument, StepDocument } from './document.js';
import { shortRunId } from './short-run-id.js';
import { waitLines } from './waits.js';

const COLUMNS: readonly Column[] = [
  { title: 'step', shrinkTo: 12 },
  { title: 'state' },
  { title: 'attempt', align: 'right', dropOrder: 2 },
  { title: 'time', align: 'right', dropOrder: 1 },
  { title: 'cached', dropOrder: 3 },
  { title: 'metrics', shrinkTo: 10, dropOrder: 4 },
];

/**
 * The steps of a run as a table that fits `width`.
 *
 * @param gutters - what stands before a step's name: the lines of the graph
 */
export function stepTable(
  run: RunDocument,
  width: number,
  style: Style,
  gutters: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const rows = shownSteps(run).map(({ id, name, step }) => [
    `${gutters.get(id) ?? ''}${name}`,
    stateCell(step, style),
    step.attempts > 1 ? String(step.attempts) : '',
    stepTime(step),
    step.cached ? { text: 'cached', paint: style.dim } : '',
    formatMetrics(step.progress?.metrics ?? step.metrics, 3),
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

/** Items that are shown below their step at most: those that run, then those that went wrong. */
const SHOWN_ITEMS = 5;

interface ShownStep {
  readonly id: string;
  readonly name: string;
  readonly step: StepDocument;
}

/** The steps, and below a fanned-out one the items that are worth a look. */
function shownSteps({ steps }: RunDocument): readonly ShownStep[] {
  return Object.entries(steps).flatMap(([id, step]) => {
    const { items } = step;
    if (items === undefined) return [{ id, name: id, step }];
    const done = items.filter(({ status }) => status === 'completed').length;
    const worth = (['running', 'failed', 'rejected'] as const).flatMap((status) =>
      items.filter((item) => item.status === status),
    );
    return [
      { id, name: `${id} ${done}/${items.length}`, step },
      ...worth
        .slice(0, SHOWN_ITEMS)
        .map((item) => ({ id: '', name: `  ${id}[${item.index}] ${item.item}`, step: item })),
    ];
  });
}

/** `▸ running 40 %` where the step tells how far it is. */
function stateCell(step: StepDocument, style: Style): Cell {
  const share = step.progress?.share ?? null;
  if (step.tolerated)
    return { text: `${STATUS_MARK.failed} ${step.status}, tolerated`, paint: style.yellow };
  if (share === null) return statusCell(step.status, style);
  const text = `${STATUS_MARK.running} running ${Math.floor(100 * share)} %`;
  return { text, paint: style.cyan };
}

/** Time that a step took or, while it runs, has taken so far. */
export function stepTime(step: StepDocument): string {
  if (step.startedAt !== undefined) {
    const elapsed = Math.max(0, Date.now() - Date.parse(step.startedAt));
    return formatDurationMs(Math.floor(elapsed / 1000) * 1000);
  }
  // What was found or never began took no time worth a column.
  if (step.durationMs === null || step.cached || step.status === 'skipped') return '';
  return formatDurationMs(step.durationMs);
}

/** What to know about a run beneath its table: outcome, why, and where to look further. */
export function outcomeLines(run: RunDocument, width: number, style: Style): readonly string[] {
  const took =
    run.endedAt === null
      ? ''
      : ` in ${formatDurationMs(Math.max(0, Date.parse(run.endedAt) - Date.parse(run.startedAt)))}`;
  const short = `${run.pipeline} ${shortRunId(run.runId)}`;
  switch (run.status) {
    case 'completed':
      return [
        style.green(`✓ ${short} completed${took}`),
        ...registeredLine(run),
        ...challengerLines(run, width),
        ...run.promotions.flatMap((promotion) => promotionLines(promotion, width)),
        // Of steps that the run went on from, and of those after its end.
        ...failureLines(run, width, style),
      ];
    case 'cancelled':
      return [style.yellow(`■ ${short} was cancelled${took}`), ...why(run, width)];
    case 'rejected':
      return [style.yellow(`✗ ${short} was rejected${took}`), ...rejectionLines(run, width)];
    case 'failed':
      return [style.red(`✗ ${short} failed${took}`), ...failureLines(run, width, style)];
    case 'running':
      if (run.paused !== null) {
        const { actor, reason } = run.paused;
        return [
          style.yellow(`‖ ${short} is paused by ${actor}: ${reason}`),
          ...waitLines(run.waits),
        ];
      }
      return [
        style.cyan(`▸ ${short} is running`),
        ...waitLines(run.waits.filter(({ kind }) => kind === 'group' || kind === 'worker')),
        ...run.promotions.flatMap((promotion) => promotionLines(promotion, width)),
        ...run.waitingFor.flatMap((waiting) => waitingLines(waiting, width)),
      ];
  }
}

function registeredLine(run: RunDocument): readonly string[] {
  const metrics = Object.values(run.steps).find((step) => step.gate !== undefined)?.metrics;
  const version = Object.values(run.steps).find(({ outputs }) => 'version' in outputs)?.outputs[
    'version'
  ];
  if (run.model === null || typeof version !== 'number') return [];
  const measured = metrics === undefined ? '' : `: ${formatMetrics(metrics)}`;
  return [`  ${run.model} version ${version}${measured}`];
}

/** A deployment that left the champion where it was: its step completed all the same. */
function challengerLines(run: RunDocument, width: number): readonly string[] {
  return Object.values(run.steps).flatMap(({ outputs }) => {
    const { outcome, version, detail } = outputs;
    if (outcome !== 'kept-as-challenger') return [];
    const words = `not deployed: version ${version} is kept as a challenger: ${detail}`;
    return wrap(words, width - 2).map((line) => `  ${line}`);
  });
}

/** Who said no, a gate or a person, and why. */
function rejectionLines(run: RunDocument, width: number): readonly string[] {
  const gates = gateLines(run, width);
  const people = Object.entries(run.steps).flatMap(([id, { status, outputs }]) =>
    status === 'rejected' && outputs['answer'] === 'rejected'
      ? indented(`${id}: ${outputs['by']} said no: ${outputs['reason']}`, 2, width)
      : [],
  );
  if (gates.length + people.length > 0) return [...gates, ...people];
  return why(run, width);
}

function gateLines(run: RunDocument, width: number): readonly string[] {
  const lines: string[] = [];
  for (const [id, { gate }] of Object.entries(run.steps)) {
    if (gate === undefined || gate.passed) continue;
    lines.push(...indented(`gate of ${id}: ${gate.expression}`, 2, width));
    for (const [name, value] of Object.entries(gate.values)) {
      const shown = typeof value === 'number' ? formatNumber(value) : String(value ?? 'none');
      lines.push(`    ${name} = ${shown}`);
    }
    lines.push(...indented(gate.reason, 2, width));
    const advice = `to go on all the same: run again with --override-gate ${id} --reason "…"`;
    lines.push(...indented(advice, 2, width));
  }
  return lines;
}

function failureLines(run: RunDocument, width: number, style: Style): readonly string[] {
  const lines: string[] = [];
  const steps = Object.entries(run.steps);
  const isGoneOn = ([, { tolerated }]: (typeof steps)[number]) => tolerated === true;
  // What failed the run stands first.
  const ordered = [...steps.filter((step) => !isGoneOn(step)), ...steps.filter(isGoneOn)];
  for (const [id, { failure, tolerated, status, outputs }] of ordered) {
    if (tolerated && status === 'rejected') lines.push(...rejectedRunLines(id, outputs, width));
    if (failure === undefined) continue;
    const type = tolerated ? `${failure.type}, tolerated by continueOnError` : failure.type;
    lines.push(`  step ${style.bold(id)}: ${type}`);
    lines.push(...indented(failure.message, 4, width));
    if (failure.hint !== undefined) lines.push(...indented(`hint: ${failure.hint}`, 4, width));
  }
  return lines.length > 0 ? lines : why(run, width);
}

function rejectedRunLines(
  id: string,
  { runId }: StepDocument['outputs'],
  width: number,
): readonly string[] {
  const [which, look] =
    typeof runId === 'string'
      ? [
          `its run ${shortRunId(runId)} was rejected`,
          `; millrace show ${shortRunId(runId)} says why`,
        ]
      : ['runs that it used were rejected', ''];
  return indented(`step ${id}: ${which}, tolerated by continueOnError${look}`, 2, width);
}

/** What a run says of its end where that is all there is to say. */
const NO_REASON = 'the run was cancelled';

function why({ detail }: RunDocument, width: number): readonly string[] {
  return detail === null || detail === NO_REASON ? [] : indented(detail, 2, width);
}

function indented(text: string, by: number, width: number): readonly string[] {
  return wrap(text, Math.max(20, width - by)).map((line) => `${' '.repeat(by)}${line}`);
}

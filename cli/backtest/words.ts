import {
  type BacktestDocument,
  type BacktestStrategy,
  type BacktestTuning,
  formatDurationMs,
  formatEventDate,
  type TuneFigures,
} from '../../contracts/index.js';
import { cutLines } from '../../monitoring/report/backtest-page/index.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable } from '../render/table.js';

const BARS = '▁▂▃▄▅▆▇█';
/** Signs that a strategy's errors are drawn with. */
const SPARK_WIDTH = 24;

/** A backtest as text: one row a strategy, the errors over time in little, and what follows. */
export function backtestWords(document: BacktestDocument, columns: number, style: Style): string[] {
  const { windows, data, strategies, metric } = document;
  const most = Math.max(
    ...strategies.flatMap((item) => item.windows.map(({ error }) => error ?? 0)),
  );
  return [
    `${style.bold(document.pipeline)} on ${data.source}: ${windows.count} windows of ${formatDurationMs(windows.everyMs)}, ${dateOf(windows.from)} to ${dateOf(windows.to)}`,
    ...cutLines(document).map(style.dim),
    '',
    ...renderTable(
      tableColumns(metric.error, document),
      strategies.map((item) => row(item, document, most)),
      columns,
      style,
    ),
    '',
    ...conclusions(document),
    ...(document.tuning === null ? [] : ['', ...tuningWords(document.tuning)]),
    style.dim(
      `${document.run.trained} trainings, ${document.run.reused} found in the cache; ${formatDurationMs(document.run.seconds * 1_000)}`,
    ),
  ];
}

function tableColumns(error: string, { knownDrifts }: BacktestDocument): readonly Column[] {
  return [
    { title: 'strategy' },
    { title: `mean ${error}`, align: 'right' },
    { title: 'regret', align: 'right' },
    { title: 'retrains', align: 'right' },
    { title: 'promoted', align: 'right' },
    { title: 'rollbacks', align: 'right' },
    { title: 'training', align: 'right' },
    { title: 'cost', align: 'right' },
    ...(knownDrifts.length > 0 ? [{ title: 'false alarms', align: 'right' } as const] : []),
    { title: 'error over time' },
  ];
}

function row(item: BacktestStrategy, { knownDrifts }: BacktestDocument, most: number): string[] {
  const { drifts } = item;
  return [
    item.name,
    short(item.meanError),
    item.kind === 'oracle' ? '' : signed(item.regret?.mean ?? null),
    String(item.retrains.started),
    String(item.retrains.promoted),
    String(item.rollbacks),
    secondsText(item.trainingSeconds),
    short(item.cost),
    ...(knownDrifts.length > 0
      ? [drifts === null ? '' : `${drifts.falseAlarms} of ${drifts.alarms}`]
      : []),
    sparkline(
      item.windows.map(({ error }) => error),
      most,
    ),
  ];
}

function conclusions({ cheapest, strategies, knownDrifts }: BacktestDocument): string[] {
  const lines: string[] = [];
  const of = (name: string | null) => strategies.find((item) => item.name === name);
  const [cadence, strategy] = [of(cheapest.cadence), of(cheapest.strategy)];
  const within = `${cheapest.within * 100} %`;
  if (cadence !== undefined) {
    lines.push(
      `Cheapest cadence within ${within} of the best: ${cadence.name} (${short(cadence.meanError)}, ${cadence.retrains.started} retrains)`,
    );
  }
  if (strategy !== undefined && strategy !== cadence) {
    lines.push(
      `Cheapest of all within ${within} of the best: ${strategy.name} (${short(strategy.meanError)}, ${strategy.retrains.started} retrains)`,
    );
  }
  for (const { name, drifts } of strategies) {
    if (drifts === null) continue;
    const delays = drifts.delaysMs.map(formatDurationMs).join(', ');
    lines.push(
      `${name}: ${drifts.detected} of ${knownDrifts.length} known drifts found${delays === '' ? '' : ` after ${delays}`}, ${drifts.falseAlarms} false alarms`,
    );
  }
  return lines;
}

function tuningWords(tuning: BacktestTuning): string[] {
  const { best, present, trials, trainWindows, testWindows } = tuning;
  const figures = ({ meanError, retrains }: TuneFigures) =>
    `${short(meanError)} with ${retrains} retrains`;
  const pair = ({ train, test }: { readonly train: TuneFigures; readonly test: TuneFigures }) =>
    `${figures(train)} on the ${trainWindows} windows it was chosen on, ${figures(test)} on the ${testWindows} after`;
  return [
    `Tuned over ${trials.length} settings (seed ${tuning.seed}${tuning.stoppedEarly ? '; the time was up before all were tried' : ''}), split at ${dateOf(tuning.split)}`,
    `  as it is: ${pair(present)}`,
    `  best:     ${pair(best)}`,
    ...verdictOnTuning(tuning),
    ...tuning.overlay
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}

/** What was best on the first part may be no better on the second: that is said. */
function verdictOnTuning({ best, present }: BacktestTuning): string[] {
  const [own, other] = [best.test.objective, present.test.objective];
  if (own === null || other === null) return [];
  if (own === other) return ['  The settings of the file are the best that was found.'];
  return own < other
    ? ['  It holds on the windows that it was not chosen on.']
    : ['  It does not hold there: keep the settings of the file, or search on a longer history.'];
}

/** Mean errors of as many stretches as there are signs, from 0 to the largest of all strategies. */
export function sparkline(errors: readonly (number | null)[], most: number): string {
  const signs = Math.min(SPARK_WIDTH, errors.length);
  return Array.from({ length: signs }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.floor((at * errors.length) / signs));
    const part = errors.slice(from, to).flatMap((error) => (error === null ? [] : [error]));
    if (part.length === 0 || most <= 0) return ' ';
    const mean = part.reduce((sum, error) => sum + error, 0) / part.length;
    return BARS[Math.min(BARS.length - 1, Math.floor((mean / most) * BARS.length))] ?? ' ';
  }).join('');
}

function secondsText(seconds: number): string {
  return seconds === 0 ? '0s' : formatDurationMs(seconds * 1_000);
}

function short(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}

function signed(value: number | null): string {
  return value === null || value <= 0 ? short(value) : `+${short(value)}`;
}

function dateOf(time: string): string {
  return formatEventDate(Date.parse(time));
}

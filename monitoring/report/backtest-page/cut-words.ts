import {
  type BacktestDocument,
  type BacktestStrategy,
  formatDurationMs,
} from '../../../contracts/index.js';

/**
 * How a policy cuts the windows that it decides, a line for each whose windows are not those that
 * strategies are compared over.
 *
 * @example cutLines(document); // ['policy decides 85 windows of 7d, one ends each 1d']
 */
export function cutLines({ strategies, windows }: BacktestDocument): readonly string[] {
  return strategies.flatMap((strategy) => cutLine(strategy, windows.everyMs) ?? []);
}

function cutLine({ name, cutBy, decisions }: BacktestStrategy, everyMs: number): string | null {
  if (cutBy === null) return null;
  const { slideMs = cutBy.everyMs, rows } = cutBy;
  const decides = `${name} decides ${decisions.length} windows of`;
  if (rows !== undefined) return `${decides} ${rows} rows`;
  const length = formatDurationMs(cutBy.everyMs);
  if (slideMs !== cutBy.everyMs) {
    return `${decides} ${length}, one ends each ${formatDurationMs(slideMs)}`;
  }
  return cutBy.everyMs === everyMs ? null : `${decides} ${length}`;
}

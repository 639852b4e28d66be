import type { Style } from '../../cli/render/style.js';
import { renderTable } from '../../cli/render/table.js';
import type { Bench, BenchReport, Goal } from '../bench.js';

/** One bench's table and whether its goals were met, as lines. */
export function reportLines(
  { name, title }: Bench,
  report: BenchReport,
  load: readonly number[],
  style: Style,
): readonly string[] {
  return [
    `${style.bold(name)}: ${title}`,
    style.dim(`${report.method}; load average ${load.join(' ')}`),
    '',
    ...renderTable(report.columns, report.rows, Number.POSITIVE_INFINITY, style),
    ...report.goals.map((goal) => goalLine(goal, style)),
    '',
  ];
}

function goalLine({ what, value, atMost, unit }: Goal, style: Style): string {
  const met = value <= atMost;
  const measured = `${what} ${figure(value)}${unit}, goal ≤ ${atMost}${unit}`;
  return met ? style.green(`✓ ${measured}`) : style.red(`✗ ${measured}: missed`);
}

/** Three significant digits, never fewer than the whole number has. */
export function figure(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001))));
  return value.toFixed(decimals);
}

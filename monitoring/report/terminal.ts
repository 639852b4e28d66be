import type { WindowMeasurement } from '../../contracts/index.js';
import { measurementHeading, measurementLines } from './measurement-lines.js';
import type { ReportLine } from './report-line.js';

const MARK: { readonly [verdict in ReportLine['verdict']]: string } = {
  ok: '✓',
  bad: '✗',
  unknown: '?',
};

/** SGR codes: green, red, yellow. */
const COLOUR: { readonly [verdict in ReportLine['verdict']]: number } = {
  ok: 32,
  bad: 31,
  unknown: 33,
};

/**
 * A measurement as text for a terminal.
 *
 * @param options.colour - colours the marks; default false, so that logs and pipes stay plain
 * @returns lines joined by `\n`, without one at the end
 * @example
 * bike-demand version 1, 2011-07-04 – 2011-07-11: 168 rows, 168 labelled
 *   ✓ quality      no breach
 *   ✗ performance  mae 61.2, baseline 48: 27.5 % worse (limit 10 % worse)
 */
export function renderMeasurement(
  measurement: WindowMeasurement,
  options: { readonly colour?: boolean } = {},
): string {
  const lines = measurementLines(measurement);
  const width = Math.max(...lines.map(({ subject }) => subject.length));
  const rendered = lines.map(({ subject, verdict, text }) => {
    const mark = options.colour
      ? `\u001b[${COLOUR[verdict]}m${MARK[verdict]}\u001b[0m`
      : MARK[verdict];
    return `  ${mark} ${subject.padEnd(width)}  ${text}`;
  });
  return [measurementHeading(measurement), ...rendered].join('\n');
}

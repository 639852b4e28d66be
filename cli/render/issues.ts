import type { PipelineIssue } from '../../pipelines/issue.js';
import type { Style } from './style.js';
import { wrap } from './table.js';

/**
 * An issue as a compiler shows it: its place, the line of the source with a mark under the
 * offending text, and what would be right.
 *
 * @param source - the whole file; `null` where it could not be read
 * @example issueLines(issue, source, 80, style);
 * // demand.yaml:5:7: unknown key `souce`
 * //     5 |       souce: data/raw/sales.csv
 * //       |       ^^^^^
 * //   hint: did you mean source?
 */
export function issueLines(
  issue: PipelineIssue,
  source: string | null,
  width: number,
  style: Style,
): readonly string[] {
  const place = `${issue.file}:${issue.line}:${issue.column}:`;
  const hint = issue.hint === undefined ? [] : wrap(`hint: ${issue.hint}`, Math.max(20, width - 2));
  return [
    `${style.bold(place)} ${style.red(issue.message)}`,
    ...excerpt(issue, source, width, style),
    ...hint.map((line) => `  ${line}`),
  ];
}

/** A file may be one line of a megabyte, and each of its errors shows a part of it. */
const MOST_SHOWN = 240;

function excerpt(
  issue: PipelineIssue,
  source: string | null,
  width: number,
  style: Style,
): readonly string[] {
  const line = source === null ? '' : lineOf(source, issue.line);
  if (line.trim() === '') return [];
  const gutter = String(issue.line).padStart(5);
  const room = Math.min(MOST_SHOWN, Math.max(20, width - gutter.length - 3));
  // A line that is too long is shown from a little before the offending text.
  const from = line.length <= room ? 0 : Math.max(0, issue.column - 1 - Math.floor(room / 3));
  const shown = line.slice(from, from + room);
  const before = shown.slice(0, issue.column - 1 - from);
  const marked = Math.min(issue.text.split('\n')[0]?.length ?? 1, shown.length - before.length);
  const mark = '^'.repeat(Math.max(1, marked));
  return [
    `${style.dim(`${gutter} |`)} ${shown}`,
    // Tabs stay tabs, so that the mark stands under its text whatever their width.
    `${style.dim(`${' '.repeat(gutter.length)} |`)} ${before.replace(/[^\t]/g, ' ')}${style.red(mark)}`,
  ];
}

/** From 1, as issues count: a line ends with a line feed. */
function lineOf(text: string, line: number): string {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return '';
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

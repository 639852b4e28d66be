import { readFileSync } from 'node:fs';

const PAGE = readFileSync(
  new URL('../../../../docs/statistics/error-rates.md', import.meta.url),
  'utf8',
);

/** Whether docs/statistics/error-rates.md has a table row of these cells. */
export function isDocumented(...cells: readonly string[]): boolean {
  const row = cells.join('|');
  return PAGE.split('\n').some(
    (line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join('|') === row,
  );
}

/** @example percentage(0.045); // '4.5 %' */
export function percentage(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

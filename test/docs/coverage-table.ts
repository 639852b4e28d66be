import { type Coverage, DATA_USES, DETECTOR_COVERAGE } from '../../monitoring/drift/index.js';

/** The table of docs/statistics/multivariate.md, and its reasons, as the code has them. */
export function coverageTable(): { readonly table: string; readonly reasons: string } {
  const reasons: string[] = [];
  const shown = (cell: Coverage): string => {
    if ('by' in cell) return `✔ ${cell.by}`;
    if (!reasons.includes(cell.refused)) reasons.push(cell.refused);
    return `✘ (${reasons.indexOf(cell.refused) + 1})`;
  };
  const rows = DETECTOR_COVERAGE.map(
    ({ name, uses }) => `| \`${name}\` | ${DATA_USES.map((use) => shown(uses[use])).join(' | ')} |`,
  );
  const head = `| | ${DATA_USES.map((use) => use.replaceAll('-', ' ')).join(' | ')} |`;
  const rule = `| --- |${' --- |'.repeat(DATA_USES.length)}`;
  return {
    table: [head, rule, ...rows].join('\n'),
    reasons: reasons.map((reason, i) => `${i + 1}. ${reason}`).join('\n'),
  };
}

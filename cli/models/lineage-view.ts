import type { Lineage } from '../../models/packaging/lineage/lineage.js';
import { formatMetrics, formatNumber, formatTime } from '../render/values.js';

/** A line of the tree and what hangs below it. */
interface Branch {
  readonly text: string;
  readonly below: readonly Branch[];
}

const SHORT_HASH = 12;
const WINDOWS_SHOWN = 10;

/** The way of a version as a tree, from its data down to what was measured of it. */
export function lineageLines(lineage: Lineage): readonly string[] {
  return [`${lineage.model}@${lineage.version}`, ...lines(branches(lineage), '')];
}

function lines(all: readonly Branch[], indent: string): readonly string[] {
  return all.flatMap(({ text, below }, index) => {
    const isLast = index === all.length - 1;
    return [
      `${indent}${isLast ? '└─' : '├─'} ${text}`,
      ...lines(below, `${indent}${isLast ? '   ' : '│  '}`),
    ];
  });
}

const leaf = (text: string): Branch => ({ text, below: [] });

function branches({
  data,
  features,
  run,
  registered,
  deployments,
  measurements,
}: Lineage): readonly Branch[] {
  const shown = measurements.slice(-WINDOWS_SHOWN);
  const left = measurements.length - shown.length;
  return [
    {
      text: 'data',
      below: data.map(({ role, name, sha256, rows }) =>
        leaf(
          `${role === name || name.startsWith(role) ? name : `${role} ${name}`}  sha256 ${short(sha256)}${rows === null ? '' : `  ${rows} rows`}`,
        ),
      ),
    },
    ...(features.length === 0
      ? []
      : [
          {
            text: 'features',
            below: features.map(({ view, columns, hash }) =>
              leaf(`${view}: ${columns.join(', ')}  definition ${short(hash)}`),
            ),
          },
        ]),
    {
      text: `run ${run.runId}${run.pipeline === null ? '' : ` of ${run.pipeline}`}`,
      below: [
        leaf(`plan ${short(run.planHash)}, as of ${run.asOf}`),
        leaf(codeText(run.code)),
        ...run.steps.map(({ step, kind, metrics }) =>
          leaf(
            `${step}${step === kind ? '' : ` (${kind})`}  ${formatMetrics(metrics, 4)}`.trimEnd(),
          ),
        ),
      ],
    },
    {
      text: `version registered ${formatTime(registered.at)}`,
      below: [
        leaf(
          registered.graph === null
            ? 'answered by a server'
            : `graph sha256 ${short(registered.graph)}`,
        ),
        ...(registered.imported === null
          ? []
          : [
              leaf(
                `imported: ${registered.imported.model}@${registered.imported.version} of package ${short(registered.imported.packageHash)}`,
              ),
            ]),
      ],
    },
    {
      text: deployments.length === 0 ? 'never champion' : 'champion',
      below: deployments.map(({ from, to, actor, reason }) =>
        leaf(`${formatTime(from)} to ${to === null ? 'now' : formatTime(to)}  ${actor}: ${reason}`),
      ),
    },
    {
      text: measurements.length === 0 ? 'never measured' : 'measured',
      below: [
        ...(left > 0 ? [leaf(`${left} earlier windows: --json has them`)] : []),
        ...shown.map(({ window, rows, metric, value, performance, drift }) =>
          leaf(
            [
              `${formatTime(window.start)} to ${formatTime(window.end)}  ${rows} rows`,
              metric === null || value === null ? null : `${metric} ${formatNumber(value)}`,
              performance === null ? null : `performance ${performance}`,
              drift === null ? null : `inputs ${drift}`,
            ]
              .filter((part) => part !== null)
              .join('  '),
          ),
        ),
      ],
    },
  ];
}

function codeText(code: Lineage['run']['code']): string {
  if (code === null) return 'code: in no git repository';
  const { commit, dirty, path } = code;
  const place = path === '' ? '' : ` in ${path}`;
  return `code ${short(commit)}${place}${dirty ? ', with changes in no commit' : ''}`;
}

function short(hash: string): string {
  return hash.slice(0, SHORT_HASH);
}

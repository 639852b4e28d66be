import { canonicalJson, type Metrics, type SliceCondition } from '../../../../contracts/index.js';
import { defineSection, required, wanted } from '../card-section.js';
import { facts, metrics, number, plain, table } from '../markdown.js';

interface Slice {
  /** As the monitor block names it. */
  readonly name: string;
  readonly metric: string;
  readonly rows: number;
  readonly value: number | null;
}

interface Performance {
  readonly rows: number | null;
  readonly metrics: Metrics;
  readonly slices: readonly Slice[];
}

/** Metrics on the hold-out, overall and per slice. */
export const performance = defineSection<Performance>({
  id: 'performance',
  title: 'Performance on the hold-out',
  read({ record, profile }) {
    const { evaluation } = record.content;
    const measured = evaluation?.metrics ?? {};
    const slices = (profile?.slices ?? []).map(({ where, metric, rows, value }) => ({
      name: nameOf(where, record.monitor?.slices ?? []),
      metric,
      rows,
      value,
    }));
    return {
      content: { rows: evaluation?.rows ?? null, metrics: measured, slices },
      missing: [
        required(Object.keys(measured).length === 0, 'an evaluation with metrics on a hold-out'),
        wanted(slices.length === 0, 'metrics per slice (`monitor.slices`)'),
      ],
    };
  },
  markdown: ({ rows, metrics: measured, slices }) => [
    ...facts([
      ['Rows', rows === null ? null : String(rows)],
      ['Overall', metrics(measured)],
    ]),
    ...table(
      ['slice', 'rows', 'metric', 'value'],
      slices.map(({ name, rows: inIt, metric, value }) => [
        plain(name),
        String(inIt),
        metric,
        value === null ? 'too few rows' : number(value),
      ]),
    ),
  ],
});

function nameOf(
  where: readonly SliceCondition[],
  named: readonly { readonly name: string; readonly where: readonly SliceCondition[] }[],
): string {
  const text = canonicalJson(where);
  return named.find((slice) => canonicalJson(slice.where) === text)?.name ?? text;
}

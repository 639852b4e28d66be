import { type ExplainedRow, type Explanation, isMeasured } from '../../contracts/index.js';
import { withoutDust } from '../../monitoring/report/explanation-page/index.js';
import type { Style } from '../render/style.js';
import { type Cell, renderTable } from '../render/table.js';
import { formatNumber, formatShare } from '../render/values.js';

/** Features that are listed; the JSON has all. */
const LISTED = 20;
const BAR = 20;

const MEASURE: Readonly<Record<Explanation['method'], string>> = {
  shap: 'mean |SHAP|',
  kernelShap: 'mean |SHAP|',
  lime: 'mean |weight|',
  partialDependence: 'spread of the curve',
  permutation: 'loss when shuffled',
  native: 'importance',
};

/** An explanation for a terminal: the features that matter most, first. */
export function explanationWords(
  explanation: Explanation,
  columns: number,
  style: Style,
): readonly string[] {
  const { rows } = explanation;
  const [only] = rows;
  const isOne = rows.length === 1 && only !== undefined && only.attributions !== null;
  return [
    headline(explanation),
    '',
    ...(isOne ? oneRow(explanation, only, columns, style) : ranking(explanation, columns, style)),
    '',
    ...reliance(explanation),
    ...explanation.notes.map((note) => `note: ${note}`),
    style.dim(`seed ${explanation.seed}; ${librariesOf(explanation)}`),
  ];
}

/** `bikes@3: shap (exact) of rentals over 50 rows (hold-out), background of 100 rows (training data)` */
function headline({
  model,
  version,
  method,
  algorithm,
  target,
  class: of,
  data,
  background,
}: Explanation): string {
  const how = algorithm === method ? method : `${method} (${algorithm})`;
  const what = of === null ? target : `the probability of ${target} = ${of}`;
  return `${model}@${version}: ${how} of ${what}, ${counted(data)}; background: ${counted(background)}`;
}

function counted({ from, rows }: Explanation['data']): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'} (${from})`;
}

function oneRow(
  { features, baseValue }: Explanation,
  { values, attributions, score, conditions, fit }: ExplainedRow,
  columns: number,
  style: Style,
): readonly string[] {
  const shown = withoutDust(attributions ?? []);
  const parts = features.map((feature, i) => ({
    feature,
    value: values[i] ?? null,
    part: shown[i] ?? 0,
    condition: conditions?.[i] ?? '',
  }));
  const sorted = parts.toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part)).slice(0, LISTED);
  const largest = Math.max(...sorted.map(({ part }) => Math.abs(part)));
  const rows = sorted.map(({ feature, value, part, condition }): readonly Cell[] => [
    feature,
    value === null ? 'missing' : typeof value === 'number' ? formatNumber(value) : value,
    signed(part),
    bar(part, largest),
    condition,
  ]);
  const sum =
    baseValue === null
      ? `score ${formatNumber(score)}${fit === undefined ? '' : `; R² of the linear model ${formatNumber(fit)}`}`
      : `${formatNumber(baseValue)} (background) ${signed(score - baseValue)} = ${formatNumber(score)}`;
  return [
    ...renderTable(
      [
        { title: 'feature', shrinkTo: 12 },
        { title: 'value', align: 'right', shrinkTo: 8 },
        { title: 'part', align: 'right' },
        { title: '', dropOrder: 2 },
        { title: 'where', dropOrder: 1 },
      ],
      rows,
      columns,
      style,
    ),
    sum,
  ];
}

function ranking(explanation: Explanation, columns: number, style: Style): readonly string[] {
  const { features, importance, spread, method, metric, measured, nativeKind } = explanation;
  const shown = withoutDust(importance);
  const sorted = features
    .map((feature, i) => ({ feature, value: shown[i] ?? 0, spread: spread?.[i] }))
    .filter(({ feature }) => isMeasured(explanation, feature))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, LISTED);
  const largest = Math.max(...sorted.map(({ value }) => Math.abs(value)));
  const rows = sorted.map(({ feature, value, spread: deviation }): readonly Cell[] => [
    feature,
    formatNumber(value),
    deviation === undefined ? '' : `± ${formatNumber(deviation)}`,
    bar(value, largest),
  ]);
  const title = nativeKind ?? (metric === undefined ? MEASURE[method] : `${metric} lost`);
  const before = measured === undefined ? [] : [`${metric} ${formatNumber(measured)} as it is`];
  const table = renderTable(
    [
      { title: 'feature', shrinkTo: 12 },
      { title, align: 'right' },
      { title: '', align: 'right' },
      { title: '', dropOrder: 1 },
    ],
    rows,
    columns,
    style,
  );
  return [...before, ...table];
}

function reliance({ faithfulness, consistency }: Explanation): readonly string[] {
  const lines: string[] = [];
  if (faithfulness !== null) {
    const { removed, change, randomChange, betterThanRandom } = faithfulness;
    const what = removed === 1 ? 'the first feature' : `the first ${removed} features`;
    lines.push(
      `faithfulness: without ${what} the score moves by ${formatNumber(change)}, without ${removed} at random by ${formatNumber(randomChange)} (less in ${formatShare(betterThanRandom)})`,
    );
  }
  if (consistency !== null) {
    const { parts, cosine, least } = consistency;
    lines.push(
      `consistency: cosine ${formatNumber(cosine)} between ${parts} parts of the data, ${formatNumber(least)} at the least`,
    );
  }
  return lines;
}

function bar(value: number, largest: number): string {
  if (largest === 0) return '';
  return '█'.repeat(Math.round((Math.abs(value) / largest) * BAR));
}

function signed(value: number): string {
  return value < 0 ? `−${formatNumber(-value)}` : `+${formatNumber(value)}`;
}

function librariesOf({ libraries }: Explanation): string {
  return Object.entries(libraries)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

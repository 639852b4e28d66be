import type {
  ColumnDrift,
  ColumnPicture,
  DriftPictures,
  DriftReport,
  TimeStrip,
} from '../../../../contracts/index.js';

/** A report with its pictures, as comparing two files gives them. */
export interface Sample {
  readonly report: DriftReport;
  readonly pictures: DriftPictures;
}

/** A name that runs, breaks out or hides where it is not escaped. */
export const HOSTILE_NAME = `"><script>document.title = 'owned'</script><img src=x onerror=alert(1)>`;

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 0, 1);

const BASE = {
  alpha: 0.05,
  referenceRows: 50_000,
  currentRows: 9_880,
  referenceMissing: 0,
  currentMissing: 120,
  note: null,
} as const;

function normalShares(edges: readonly number[], mean: number, deviation: number): number[] {
  const weights = edges.slice(1).map((edge, i) => {
    const middle = (edge + (edges[i] ?? edge)) / 2;
    return Math.exp(-(((middle - mean) / deviation) ** 2) / 2) * (edge - (edges[i] ?? edge));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function evenEdges(low: number, high: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

function numericColumn(name: string, shift: number, p: number): [ColumnDrift, ColumnPicture] {
  const edges = evenEdges(-10, 50, 30);
  const drifted = p < 0.01 && shift >= 1;
  const column: ColumnDrift = {
    ...BASE,
    name,
    kind: 'numeric',
    test: 'kolmogorov-smirnov',
    statistic: 0.01 + shift / 30,
    pValue: p / 30,
    adjustedPValue: p,
    effect: { measure: 'kolmogorov-smirnov', value: 0.01 + shift / 30, threshold: 0.05 },
    verdict: drifted ? 'drift' : 'no-drift',
    shift: {
      of: 'mean',
      reference: 18.123,
      current: 18.123 + shift,
      referenceMedian: 18,
      currentMedian: 18 + shift,
    },
  };
  const picture: ColumnPicture = {
    of: 'histogram',
    edges,
    reference: normalShares(edges, 18.1, 8),
    current: normalShares(edges, 18.1 + shift, 7),
  };
  return [column, picture];
}

function categoricalColumn(
  name: string,
  categories: readonly string[],
): [ColumnDrift, ColumnPicture] {
  const reference = categories.map((_, i) => 1 / (i + 1.5));
  const current = categories.map((_, i) => 1 / (i + 1.5) + (i === 1 ? 0.3 : 0));
  const normed = (weights: readonly number[]) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  const [before, after] = [normed(reference), normed(current)];
  const column: ColumnDrift = {
    ...BASE,
    name,
    kind: 'categorical',
    test: 'chi-squared',
    statistic: 812.4421,
    pValue: 0,
    adjustedPValue: 0,
    effect: { measure: 'total-variation', value: 0.1312, threshold: 0.05 },
    verdict: 'drift',
    shift: {
      of: 'share',
      category: categories[1] ?? '',
      reference: before[1] ?? 0,
      current: after[1] ?? 0,
    },
  };
  return [column, { of: 'categories', categories, reference: before, current: after }];
}

function dateColumn(name: string): [ColumnDrift, ColumnPicture] {
  const edges = evenEdges(START_MS, START_MS + 240 * DAY_MS, 24);
  const column: ColumnDrift = {
    ...BASE,
    name,
    kind: 'date',
    test: 'kolmogorov-smirnov',
    statistic: 0.4219,
    pValue: 3.2e-120,
    adjustedPValue: 4.8e-119,
    effect: { measure: 'kolmogorov-smirnov', value: 0.4219, threshold: 0.05 },
    verdict: 'drift',
    shift: {
      of: 'mean',
      reference: START_MS + 100 * DAY_MS,
      current: START_MS + 160 * DAY_MS,
      referenceMedian: START_MS + 99 * DAY_MS,
      currentMedian: START_MS + 162 * DAY_MS,
    },
  };
  return [
    column,
    {
      of: 'histogram',
      edges,
      reference: normalShares(edges, START_MS + 100 * DAY_MS, 40 * DAY_MS),
      current: normalShares(edges, START_MS + 160 * DAY_MS, 30 * DAY_MS),
    },
  ];
}

function insufficientColumn(name: string, note: string): ColumnDrift {
  return {
    ...BASE,
    name,
    kind: 'numeric',
    test: 'kolmogorov-smirnov',
    statistic: null,
    pValue: null,
    adjustedPValue: null,
    effect: { measure: 'kolmogorov-smirnov', value: null, threshold: 0.05 },
    verdict: 'insufficient',
    currentRows: 0,
    currentMissing: 10_000,
    note,
    shift: null,
  };
}

function vectorColumn(name: string): ColumnDrift {
  return {
    ...BASE,
    name,
    kind: 'vector',
    test: 'mmd',
    statistic: 0.00213,
    pValue: 0.31,
    adjustedPValue: 0.44,
    effect: { measure: 'mmd', value: 0.00213, threshold: 0.01 },
    verdict: 'no-drift',
    shift: null,
  };
}

/** Sixty weeks of medians and bands; one reference week without a value. */
export function weeklyStrip(shift: number): TimeStrip {
  const weeks = Array.from({ length: 60 }, (_, i) => i);
  const median = weeks.map((i) =>
    i === 20 ? null : 18 + 6 * Math.sin((2 * Math.PI * i) / 52) + (i >= 48 ? shift : 0),
  );
  const offset = (by: number) => median.map((value) => (value === null ? null : value + by));
  return {
    startMs: weeks.map((i) => START_MS + 7 * i * DAY_MS),
    side: weeks.map((i) => (i < 48 ? 'reference' : 'current')),
    low: offset(-3.5),
    median,
    high: offset(4),
  };
}

/** Thirty columns of all kinds: drifted, not drifted, too small to matter, not to be measured. */
export function thirtyColumns(): Sample {
  const pairs: [ColumnDrift, ColumnPicture][] = [
    numericColumn('temperature', 4.2, 4.2e-15),
    categoricalColumn('season', ['spring', 'summer', 'autumn', 'winter']),
    categoricalColumn(
      'station',
      Array.from({ length: 30 }, (_, i) => `Station ${i + 1}, ${'a long name '.repeat(3)}`),
    ),
    dateColumn('ordered at'),
    numericColumn(HOSTILE_NAME, 0.02, 0.61),
    numericColumn('significant but tiny', 0.3, 0.0004),
    ...Array.from({ length: 19 }, (_, i) => numericColumn(`feature_${i}`, i / 100, 0.05 + i / 21)),
  ];
  const heavyTail: ColumnPicture = {
    of: 'histogram',
    edges: [Number.NEGATIVE_INFINITY, 1, 1.5, 2, 10, 1_000, Number.POSITIVE_INFINITY],
    reference: [0.1, 0.3, 0.3, 0.2, 0.08, 0.02],
    current: [0.1, 0.28, 0.3, 0.2, 0.1, 0.02],
  };
  const [income] = numericColumn('income', 0.1, 0.21);
  const columns = [
    ...pairs.map(([column]) => column),
    income,
    insufficientColumn('empty now', 'the current data has no value'),
    vectorColumn('embedding'),
    {
      ...vectorColumn('comment'),
      kind: 'text' as const,
      test: 'domain-classifier',
      effect: { measure: 'auc', value: null, threshold: 0 },
    },
    { ...insufficientColumn('constant', 'one value on both sides'), verdict: 'no-drift' as const },
  ];
  const report: DriftReport = {
    dataset: {
      verdict: 'drift',
      share: 4 / 29,
      drifted: 4,
      columns: 29,
      method: 'benjamini-hochberg',
    },
    columns,
    multivariate: [
      {
        method: 'domain-classifier',
        columns: columns.slice(0, 24).map(({ name }) => name),
        statistic: 0.7312,
        pValue: 0.00199,
        alpha: 0.05,
        verdict: 'drift',
        note: null,
        details: { auc: 0.7312, folds: 5 },
      },
      {
        method: 'lsdd',
        columns: ['temperature'],
        statistic: null,
        pValue: null,
        alpha: 0.05,
        verdict: 'insufficient',
        note: 'fewer than 20 rows on one side',
        details: {},
      },
    ],
    reference: { source: 'data/reference.parquet', rows: 50_000, isProfile: true },
    current: { source: 'data/current <b>.parquet', rows: 10_000, isProfile: false },
    seed: 42,
    notes: [
      'Column “holiday” is in the reference alone.',
      'Column “promo” is in the current data alone.',
    ],
  };
  const pictures: DriftPictures = {
    columns: Object.fromEntries([
      ...pairs.map(([{ name }, picture]) => [name, picture] as const),
      ['income', heavyTail] as const,
    ]),
    strips: { temperature: weeklyStrip(5), feature_0: weeklyStrip(0) },
    timeColumn: 'ordered at',
  };
  return { report, pictures };
}

/** As many columns as named, each with more bins, categories and slices than a page has room for. */
export function manyColumns(count: number): Sample {
  const edges = evenEdges(-10, 50, 96);
  const pairs = Array.from({ length: count }, (_, i): [ColumnDrift, ColumnPicture] => {
    if (i % 5 === 4) {
      const categories = Array.from({ length: 100 }, (_, k) =>
        k === 1 ? 'y'.repeat(300) : `category number ${k}`,
      );
      return categoricalColumn(`a categorical column with a long name ${i}`, categories);
    }
    // One name that has no place to break.
    const name = i === 0 ? 'x'.repeat(300) : `a numeric column with a long name ${i}`;
    const [column] = numericColumn(name, (i % 7) / 2, 0.001);
    const reference = normalShares(edges, 18.1, 8);
    const current = normalShares(edges, 18.1 + (i % 7) / 2, 7);
    return [column, { of: 'histogram', edges, reference, current }];
  });
  const { report } = thirtyColumns();
  return {
    report: { ...report, columns: pairs.map(([column]) => column) },
    pictures: {
      columns: Object.fromEntries(pairs.map(([{ name }, picture]) => [name, picture])),
      strips: Object.fromEntries(pairs.map(([{ name }], i) => [name, hourlyStrip(i / 10)])),
      timeColumn: 'time',
    },
  };
}

/** A thousand hours, half of them of each side. */
function hourlyStrip(shift: number): TimeStrip {
  const hours = Array.from({ length: 1_000 }, (_, i) => i);
  const median = hours.map((i) => 18 + 6 * Math.sin((2 * Math.PI * i) / 24 + shift));
  return {
    startMs: hours.map((i) => START_MS + (i * DAY_MS) / 24),
    side: hours.map((i) => (i < 500 ? 'reference' : 'current')),
    low: median.map((value) => value - 3.51),
    median,
    high: median.map((value) => value + 4.13),
  };
}

/** Two data sets without a common column. */
export function emptyReport(): Sample {
  const { report } = thirtyColumns();
  return {
    report: {
      ...report,
      dataset: { ...report.dataset, verdict: 'insufficient', share: null, drifted: 0, columns: 0 },
      columns: [],
      multivariate: [],
      notes: [],
    },
    pictures: { columns: {}, strips: {}, timeColumn: null },
  };
}

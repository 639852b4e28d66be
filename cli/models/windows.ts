import {
  type MetricInterval,
  type MonitorDecision,
  measurementNames,
  measurementSeries,
  type TimeWindow,
  type WindowMeasurement,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';

/** One closed window: what was measured in it (once a served version) and what was decided. */
export interface WindowDocument {
  readonly window: TimeWindow;
  readonly version: number;
  readonly rows: number;
  readonly labelledRows: number;
  readonly driftShare: number | null;
  readonly driftedColumns: readonly string[];
  readonly predictionDistance: number | null;
  readonly metric: string | null;
  readonly value: number | null;
  readonly baseline: number | null;
  readonly relativeLoss: number | null;
  /** `null` for a version that served in the window without being champion when it was judged. */
  readonly verdict: MonitorDecision['verdict'] | null;
  /** The version that the window was judged by; `null` where it is not decided. */
  readonly judged: number | null;
  readonly signalled: MonitorDecision['signalled'];
  readonly measurement: WindowMeasurement | null;
}

/** The newest `limit` windows of a model, oldest first. */
export async function readWindows(
  registry: RegistryReader,
  model: string,
  limit: number,
): Promise<readonly WindowDocument[]> {
  const [measurements, decisions] = await Promise.all([
    registry.measurements(model),
    registry.decisions(model),
  ]);
  const decided = new Map(decisions.map((decision) => [decision.window.end, decision]));
  const measured = measurements.map((measurement) =>
    windowDocument(measurement, decided.get(measurement.window.end) ?? null),
  );
  // A window that could not be measured has a decision and no measurement.
  const known = new Set(measurements.map(({ window, version }) => `${version} ${window.end}`));
  const empty = decisions
    .filter(({ window, version }) => !known.has(`${version} ${window.end}`))
    .map(emptyWindow);
  return [...measured, ...empty]
    .sort((a, b) => Date.parse(a.window.end) - Date.parse(b.window.end) || a.version - b.version)
    .slice(-limit);
}

function windowDocument(
  measurement: WindowMeasurement,
  decision: MonitorDecision | null,
): WindowDocument {
  const { window, version, rows, labelledRows, featureDrift, predictionDrift, performance } =
    measurement;
  const own = decision?.version === version ? decision : null;
  return {
    window,
    version,
    rows,
    labelledRows,
    driftShare: featureDrift?.share ?? null,
    driftedColumns: featureDrift?.driftedColumns ?? [],
    predictionDistance: predictionDrift?.distance ?? null,
    metric: performance?.metric ?? null,
    value: performance?.value ?? null,
    baseline: performance?.baseline ?? null,
    relativeLoss: performance?.relativeLoss ?? null,
    verdict: own?.verdict ?? null,
    judged: decision?.version ?? null,
    signalled: own?.signalled ?? null,
    measurement,
  };
}

function emptyWindow({ window, version, verdict, signalled }: MonitorDecision): WindowDocument {
  return {
    window,
    version,
    rows: 0,
    labelledRows: 0,
    driftShare: null,
    driftedColumns: [],
    predictionDistance: null,
    metric: null,
    value: null,
    baseline: null,
    relativeLoss: null,
    verdict,
    judged: version,
    signalled,
    measurement: null,
  };
}

/** Of the bias and of the metric that is watched; `null` where a window has none. */
export function seriesInterval(
  { metric, measurement }: WindowDocument,
  name: string,
): MetricInterval | null {
  if (name === 'bias' || name === 'bias.value') return measurement?.bias?.interval ?? null;
  return name === metric || name === 'performance.value'
    ? (measurement?.performance?.interval ?? null)
    : null;
}

/**
 * Short names of `monitor history --metric` besides those of the measurements themselves. They were
 * there first, and scripts may use them.
 */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'drift-share': 'drift.share',
  'prediction-distance': 'predictions.distance',
  'relative-loss': 'performance.loss',
  bias: 'bias.value',
  'prediction-variance': 'bias.predictionVariance',
  'error-variance': 'bias.errorVariance',
  'label-distance': 'labels.distance',
  'error-rise': 'concept.rise',
};

/** Names that `--metric` takes for these windows, the metric that is watched first. */
export function seriesNames(windows: readonly WindowDocument[]): readonly string[] {
  const metrics = windows.flatMap(({ metric }) => (metric === null ? [] : [metric]));
  const measured = windows.flatMap(({ measurement }) => [...seriesOf(measurement).keys()]);
  return [
    ...new Set([...metrics, ...Object.keys(SHORT_NAMES), ...measurementNames(), ...measured]),
  ];
}

/** `null` where the window does not have it. */
export function seriesValue(window: WindowDocument, name: string): number | null {
  if (window.metric === name) return window.value;
  return seriesOf(window.measurement).get(SHORT_NAMES[name] ?? name) ?? null;
}

/** By every name but the short ones; `business.revenue` is the mean, `feedback.tag.slow` a count. */
function seriesOf(measurement: WindowMeasurement | null): ReadonlyMap<string, number> {
  if (measurement === null) return new Map();
  const series = new Map(measurementSeries(measurement));
  for (const [name, value] of [...series]) {
    if (/^business\..*\.mean$/.test(name)) series.set(name.slice(0, -'.mean'.length), value);
    if (name.startsWith('feedback.tags.')) series.set(name.replace('tags', 'tag'), value);
  }
  return series;
}

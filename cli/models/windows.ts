import type {
  ConceptDrift,
  MetricInterval,
  MonitorDecision,
  TimeWindow,
  WindowMeasurement,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { outcomeSeries } from './outcome-series.js';

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
  if (name === 'bias') return measurement?.bias?.interval ?? null;
  return name === metric ? (measurement?.performance?.interval ?? null) : null;
}

/** Mean error since a change over that before; `null` without one. */
function errorRise(concept: ConceptDrift | undefined): number | null {
  if (!concept?.before || concept.since === null) return null;
  return concept.since / concept.before;
}

/** Numbers of a window that `monitor history --metric` can follow. */
const SERIES: Readonly<Record<string, (window: WindowDocument) => number | null>> = {
  'drift-share': (window) => window.driftShare,
  'prediction-distance': (window) => window.predictionDistance,
  'relative-loss': (window) => window.relativeLoss,
  bias: ({ measurement }) => measurement?.bias?.bias ?? null,
  'prediction-variance': ({ measurement }) => measurement?.bias?.predictionVariance ?? null,
  'error-variance': ({ measurement }) => measurement?.bias?.errorVariance ?? null,
  'label-distance': ({ measurement }) => measurement?.labelDrift?.distance ?? null,
  'error-rise': ({ measurement }) => errorRise(measurement?.concept),
  rows: (window) => window.rows,
};

/** Names that `--metric` takes for these windows: the performance metric and the fixed ones. */
export function seriesNames(windows: readonly WindowDocument[]): readonly string[] {
  const metrics = windows.flatMap(({ metric }) => (metric === null ? [] : [metric]));
  const outcomes = windows.flatMap(({ measurement }) => [...outcomeSeries(measurement).keys()]);
  return [...new Set([...metrics, ...Object.keys(SERIES), ...outcomes])];
}

export function seriesValue(window: WindowDocument, name: string): number | null {
  const read = SERIES[name];
  if (read !== undefined) return read(window);
  if (window.metric === name) return window.value;
  return outcomeSeries(window.measurement).get(name) ?? null;
}

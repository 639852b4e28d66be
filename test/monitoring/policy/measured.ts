import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import { GUARDS } from './requests.js';

/** A policy that acts on the first breach, each kind in its own way. */
export const SPEC: MonitorSpec = {
  timeColumn: 'hour',
  window: { everyMs: 604_800_000, minRows: 100, allowedLatenessMs: 0, idleTimeoutMs: 1_000 },
  labels: { delayMs: 0 },
  drift: { features: { shareOfColumns: 0.1 }, predictions: { distance: 0.1 } },
  performance: { metric: 'mae', worseThanShare: 0.1 },
  respond: {
    dataDrift: 'retrain',
    performance: 'retrain',
    regressionAfterDeploy: 'rollback',
    retrain: { params: {} },
    guards: { ...GUARDS, breaches: { count: 1, of: 1 }, postDeployWindows: 3 },
  },
};

const FEATURES = { measuredColumns: 10, method: 'reference-windows', threshold: 0.1 } as const;
export const STILL = { ...FEATURES, verdict: 'no-drift', share: 0, driftedColumns: [] } as const;
/** One column moved: within the share that is let pass. */
export const A_FEW = { ...STILL, share: 0.1, driftedColumns: ['a'] } as const;
export const MOVED = {
  ...FEATURES,
  verdict: 'drift',
  share: 0.4,
  driftedColumns: ['a', 'b', 'c', 'd'],
} as const;

export const LOST = {
  verdict: 'lost',
  metric: 'mae',
  value: 120,
  baseline: 60,
  relativeLoss: 1,
  threshold: 0.1,
} as const;
export const KEPT = { ...LOST, verdict: 'kept', value: 60, relativeLoss: 0 } as const;

export const BETTER_BEFORE = {
  version: 1,
  value: 50,
  better: true,
  lossDifference: { mean: 70, low: 60, high: 80 },
} as const;

export const BROKEN = {
  breaches: [{ column: 'a', check: 'missing-values', observed: 0.5, limit: 0.05 }],
} as const;

export const PREDICTIONS_MOVED = { verdict: 'drift', distance: 0.3, threshold: 0.1 } as const;
export const LABELS_MOVED = { ...PREDICTIONS_MOVED, answersPerLabel: 'stable' } as const;

const STATE = {
  uri: 'artifact:sha256/01',
  sha256: '01',
  bytes: 1,
  mediaType: 'application/json',
} as const;
export const ERRORS_ROSE = {
  detector: 'adwin',
  errors: 'relative-error',
  verdict: 'drift',
  driftAt: '2011-04-09T03:00:00Z',
  changedFrom: '2011-04-07T11:00:00Z',
  before: 1.02,
  since: 2.4,
  rows: 168,
  alarms: 1,
  state: STATE,
} as const;
export const ERRORS_STEADY = {
  ...ERRORS_ROSE,
  verdict: 'no-drift',
  driftAt: null,
  changedFrom: null,
  before: null,
  since: null,
  alarms: 0,
} as const;

export const NOTHING_CAME = {
  rows: 1,
  volume: {
    rows: 1,
    expected: 168,
    ratio: 0.01,
    windows: 4,
    verdict: 'low',
    below: 0.5,
    above: null,
  },
} as const;

export const SERVICE_FAILS = {
  from: '2011-04-04T00:00:00Z',
  to: '2011-04-11T00:00:00Z',
  requests: 10,
  errors: 4,
  errorShare: 0.4,
  latencyP50Ms: 1,
  latencyP95Ms: 2,
  latencyP99Ms: 3,
  requestsPerSecond: 1,
  bytesIn: 1,
  bytesOut: 1,
  uptimeShare: 1,
  cpuShare: null,
  memoryBytes: null,
  breaches: ['40 % of requests failed (limit 1 %)'],
} as const;

export const SKEWED = {
  share: 0.2,
  limit: 0.01,
  verdict: 'skew',
  features: [{ view: 'riders', feature: 'trips', rows: 40, differing: 8, missing: 2, share: 0.2 }],
} as const;

export const UNFAIR = {
  column: 'sex',
  criterion: 'demographicParity',
  verdict: 'unfair',
  difference: 0.3,
  ratio: 0.5,
  lowest: 'f',
  highest: 'm',
  pValue: 0.001,
  breach: 'difference 0.3 (limit 0.1)',
} as const;

export const ESTIMATED_LOSS = {
  method: 'direct-loss',
  metric: 'mae',
  verdict: 'lost',
  value: 90,
  low: 80,
  high: 100,
  baseline: 60,
  relativeLoss: 0.5,
  threshold: 0.1,
  isValid: true,
  doubts: [],
} as const;

/** A window in which nothing is wrong, but for what a test says. */
export function measured(over: Partial<WindowMeasurement> = {}): WindowMeasurement {
  return {
    model: 'bike',
    version: 2,
    window: { start: '2011-04-04T00:00:00Z', end: '2011-04-11T00:00:00Z' },
    rows: 168,
    labelledRows: 168,
    profile: { uri: 'artifact:sha256/00', sha256: '00', bytes: 1, mediaType: 'application/json' },
    quality: { breaches: [] },
    featureDrift: STILL,
    predictionDrift: { verdict: 'no-drift', distance: 0.01, threshold: 0.1 },
    performance: KEPT,
    previous: null,
    inputsSinceDeploy: null,
    windowsSinceDeploy: 10,
    details: null,
    ...over,
  };
}

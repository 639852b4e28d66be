import type {
  AlertDelivery,
  ArtifactRef,
  CacheEntry,
  GatewayLease,
  Incident,
  LedgerEntry,
  MonitorDecision,
  ReviewItem,
  RunRecord,
  Silence,
  StepOutcome,
  StepRecord,
  TrainedManifest,
  WindowMeasurement,
} from '../../../contracts/index.js';
import { artifactUri, EMPTY_OUTPUTS } from '../../../contracts/index.js';
import type { NewVersion, Transition } from '../../../models/registry/ports.js';

export function artifact(digit: string): ArtifactRef {
  const sha256 = digit.repeat(64);
  return { uri: artifactUri(sha256), sha256, bytes: 10, mediaType: 'application/json' };
}

export function run(runId: string, over: Partial<RunRecord> = {}): RunRecord {
  return {
    runId,
    workflowId: `pipeline/bike-demand/${runId}`,
    pipeline: 'bike-demand',
    model: 'bike-demand',
    plan: artifact('a'),
    planHash: 'a'.repeat(64),
    params: { trees: 200, from: '2011-01-01', nested: { list: [1, null, 'ü'] } },
    baseDirectory: '/project',
    asOf: '2011-07-01T00:00:00Z',
    trigger: { kind: 'manual', actor: 'cli', reason: 'first run' },
    gateOverrides: { evaluate: "it's a test" },
    status: 'running',
    detail: null,
    startedAt: '2024-01-01T00:00:00.000Z',
    endedAt: null,
    ...over,
  };
}

export const OUTCOME: StepOutcome = {
  status: 'completed',
  cached: false,
  outputs: { ...EMPTY_OUTPUTS, values: { rows: 10 }, artifacts: { data: artifact('b') } },
  gate: null,
};

export function step(runId: string, stepId: string, over: Partial<StepRecord> = {}): StepRecord {
  return {
    runId,
    stepId,
    kind: 'ingest',
    status: 'completed',
    attempts: 1,
    startedAt: '2024-01-01T00:00:00.000Z',
    endedAt: '2024-01-01T00:00:01.500Z',
    durationMs: 1500.25,
    cacheKey: 'c'.repeat(64),
    outcome: OUTCOME,
    failure: null,
    ...over,
  };
}

export function cacheEntry(key: string, over: Partial<CacheEntry> = {}): CacheEntry {
  return {
    key,
    pipeline: 'bike-demand',
    stepId: 'ingest',
    runId: 'run-1',
    parts: { kind: 'ingest', 'with.source': 'd'.repeat(64) },
    outcome: OUTCOME,
    createdAt: '2024-01-01T00:00:01.000Z',
    ...over,
  };
}

export interface SampleVersion extends NewVersion {
  readonly content: TrainedManifest;
}

export function newVersion(model: string, over: Partial<SampleVersion> = {}): SampleVersion {
  return {
    model,
    manifest: artifact('e'),
    content: {
      format: 'millrace-model/1',
      task: 'regression',
      algorithm: 'random-forest',
      hyperparameters: { trees: 200 },
      target: 'rentals',
      seed: 7,
      onnx: artifact('f'),
      signature: {
        task: 'regression',
        inputs: [
          { name: 'temperature', kind: 'number', nullable: true, tensor: 'numeric', index: 0 },
        ],
        context: [{ name: 'hour', role: 'time', kind: 'timestamp' }],
        output: { name: 'rentals', kind: 'number' },
      },
      trainingData: artifact('1'),
      trainingRows: 4000,
      timeColumn: 'hour',
      parity: { rows: 100, maxAbsoluteDifference: 1e-6 },
      environment: { 'scikit-learn': '1.9.1' },
      evaluation: null,
    },
    profile: null,
    runId: 'run-1',
    plan: artifact('a'),
    planHash: 'a'.repeat(64),
    baseDirectory: '/project',
    params: { trees: 200 },
    monitor: null,
    asOf: '2011-07-01T00:00:00Z',
    ...over,
  };
}

export function ledgerEntry(
  model: string,
  key: string,
  over: Partial<LedgerEntry> = {},
): LedgerEntry {
  return {
    model,
    key,
    at: '2024-01-01T00:00:02.000Z',
    asOf: '2011-07-01T00:00:00Z',
    actor: 'cli',
    action: 'promoted',
    from: null,
    to: null,
    reason: 'better',
    evidence: { metrics: { mae: 80.5 } },
    ...over,
  };
}

export function transition(
  model: string,
  number: number,
  version: number | null,
  key = `transition/${number}`,
): Transition {
  return {
    model,
    number,
    version,
    sinceAsOf: '2011-07-01T00:00:00Z',
    ledger: ledgerEntry(model, key, { to: version }),
  };
}

export function measurement(
  model: string,
  version: number,
  end: string,
  over: Partial<WindowMeasurement> = {},
): WindowMeasurement {
  return {
    model,
    version,
    window: { start: '2011-01-01T00:00:00Z', end },
    rows: 168,
    labelledRows: 0,
    profile: artifact('2'),
    quality: { breaches: [] },
    featureDrift: null,
    predictionDrift: null,
    performance: null,
    previous: null,
    inputsSinceDeploy: null,
    windowsSinceDeploy: 3,
    details: null,
    ...over,
  };
}

export function decision(
  model: string,
  end: string,
  over: Partial<MonitorDecision> = {},
): MonitorDecision {
  return {
    model,
    version: 1,
    window: { start: '2011-01-01T00:00:00Z', end },
    verdict: {
      kind: 'ok',
      rule: null,
      action: 'none',
      breaches: { seen: 0, needed: 2, of: 3 },
      reason: 'nothing moved',
    },
    signalled: null,
    decidedAt: '2024-01-01T00:00:03.000Z',
    ...over,
  };
}

export function lease(id: string, over: Partial<GatewayLease> = {}): GatewayLease {
  return {
    id,
    address: 'http://127.0.0.1:8080',
    servedVersions: { 'bike-demand': 1 },
    generation: 1,
    at: new Date().toISOString(),
    ...over,
  };
}

export function incident(model: string, number: number, over: Partial<Incident> = {}): Incident {
  return {
    model,
    number,
    status: 'open',
    severity: 'warning',
    kind: 'data-drift',
    version: 1,
    summary: 'temperature drifted',
    since: '2011-01-01T00:00:00Z',
    openedAt: `2024-01-0${number}T00:00:00.000Z`,
    windows: [],
    causes: [{ what: 'column', name: 'temperature', detail: 'it moved', since: null }],
    respondedAt: null,
    resolution: null,
    ...over,
  };
}

export function alertDelivery(
  model: string,
  channel: string,
  over: Partial<AlertDelivery> = {},
): AlertDelivery {
  return {
    key: `incident/${model}/1/opened`,
    model,
    channel,
    status: 'retrying',
    detail: 'attempt 1',
    at: '2024-01-01T00:00:00.000Z',
    group: `incident/${model}/1`,
    severity: 'warning',
    alert: 'firing',
    title: 'drift',
    sent: null,
    ...over,
  };
}

export function silence(model: string, until: string): Silence {
  return {
    id: `silence-of-${model}`,
    model,
    from: '2024-01-01T00:00:00.000Z',
    until,
    actor: 'user:ada',
    reason: 'a move',
  };
}

export function reviewItem(id: string, over: Partial<ReviewItem> = {}): ReviewItem {
  return {
    id,
    model: 'm',
    version: 1,
    window: { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' },
    eventTime: '2024-01-01T05:00:00Z',
    inputs: { a: 1 },
    prediction: 'x',
    probabilities: null,
    confidence: null,
    reasons: [],
    score: 0.5,
    queuedAt: '2024-01-02T01:00:00.000Z',
    status: 'open',
    claim: null,
    answer: null,
    ...over,
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ArtifactRef,
  FeatureDrift,
  LedgerEntry,
  ModelManifest,
  RunRecord,
  StepRecord,
  Verdict,
  WindowMeasurement,
} from '../../contracts/index.js';
import { artifactUri, MEDIA_TYPE } from '../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../models/registry/index.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';

/** A state directory in `directory` with what a few weeks of one model leave behind. */
export async function fillHome(directory: string): Promise<HomeLayout> {
  const home = await createHome(join(directory, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  try {
    for (const run of RUNS) await registry.openRun(run);
    for (const step of STEPS) await registry.recordStep(step);
    await fillModel(registry);
  } finally {
    await registry.close();
  }
  const logs = join(home.logsDir, 'runs', RUN_FAILED);
  await mkdir(logs, { recursive: true });
  await writeFile(join(logs, 'ingest.1.log'), 'read 2160 rows\n');
  await writeFile(join(logs, 'train.1.log'), 'fitting\nout of memory\n');
  await writeFile(join(logs, 'train.2.log'), 'fitting again\nout of memory again\n');
  return home;
}

export const RUN_DONE = '019aa1f0-0000-7000-8000-000000000001';
export const RUN_FAILED = '019aa1f1-0000-7000-8000-000000000002';
export const RUN_REJECTED = '019aa1f1-0000-7000-8000-000000000003';
export const MODEL = 'bike-demand';

export function reference(seed: number, mediaType: string = MEDIA_TYPE.bytes): ArtifactRef {
  const sha256 = seed.toString(16).padStart(64, '0');
  return { uri: artifactUri(sha256), sha256, bytes: 1_234_567, mediaType };
}

function run(runId: string, status: RunRecord['status'], detail: string | null): RunRecord {
  return {
    runId,
    pipeline: 'bike-demand',
    model: MODEL,
    plan: reference(9, MEDIA_TYPE.plan),
    planHash: 'a'.repeat(64),
    params: { from: '2011-01-01', trees: 200 },
    baseDirectory: '/srv/bike',
    asOf: '2011-07-01T00:00:00Z',
    trigger: { kind: 'manual', actor: 'user:ada', reason: 'started by hand' },
    gateOverrides: {},
    workflowId: `pipeline/bike-demand/${runId}`,
    status,
    detail,
    startedAt: `2026-11-20T0${RUN_ORDER.indexOf(runId)}:00:00.000Z`,
    endedAt: `2026-11-20T0${RUN_ORDER.indexOf(runId)}:02:14.000Z`,
  };
}

const RUN_ORDER = [RUN_DONE, RUN_FAILED, RUN_REJECTED];
const RUNS: readonly RunRecord[] = [
  run(RUN_DONE, 'completed', null),
  run(RUN_FAILED, 'failed', 'step train: ended with exit code 137'),
  run(RUN_REJECTED, 'rejected', 'step evaluate: the gate said no'),
];

function step(runId: string, stepId: string, part: Partial<StepRecord>): StepRecord {
  return {
    runId,
    stepId,
    kind: 'run',
    status: 'completed',
    attempts: 1,
    startedAt: '2026-11-20T00:00:00.000Z',
    endedAt: '2026-11-20T00:00:01.500Z',
    durationMs: 1500,
    cacheKey: null,
    outcome: null,
    failure: null,
    ...part,
  };
}

const outcome = (metrics: Record<string, number>, cached = false) => ({
  status: 'completed' as const,
  cached,
  outputs: { values: { rows: 2160 }, artifacts: { data: reference(1) }, metrics },
  gate: null,
});

const STEPS: readonly StepRecord[] = [
  step(RUN_DONE, 'ingest', { kind: 'ingest', outcome: outcome({}, true) }),
  step(RUN_DONE, 'train', { kind: 'train', outcome: outcome({ mae: 38.2211, r2: 0.91 }) }),
  step(RUN_FAILED, 'ingest', { kind: 'ingest', outcome: outcome({}) }),
  step(RUN_FAILED, 'train', {
    kind: 'train',
    status: 'failed',
    attempts: 2,
    failure: {
      type: 'StepProcessFailed',
      message: 'ended with exit code 137',
      hint: 'the machine ran out of memory: use fewer trees',
    },
  }),
  step(RUN_REJECTED, 'evaluate', {
    kind: 'evaluate',
    status: 'rejected',
    outcome: {
      status: 'rejected',
      cached: false,
      outputs: { values: {}, artifacts: {}, metrics: { mae: 140.5 } },
      gate: {
        expression: 'metrics.mae <= 120',
        passed: false,
        values: { 'metrics.mae': 140.5 },
        reason: 'it is false: metrics.mae is 140.5',
      },
    },
  }),
];

async function fillModel(registry: RegistryWriter): Promise<void> {
  for (const [index, mae] of [61.4, 44.2, 97.8].entries()) {
    await registry.registerVersion(
      `${RUN_DONE}/register/${index}`,
      {
        model: MODEL,
        manifest: reference(20 + index, MEDIA_TYPE.model),
        content: manifest(mae),
        profile: null,
        runId: RUN_DONE,
        plan: reference(9, MEDIA_TYPE.plan),
        planHash: 'a'.repeat(64),
        baseDirectory: '/srv/bike',
        params: {},
        monitor: null,
        asOf: `2011-0${index + 7}-01T00:00:00Z`,
      },
      `run:${RUN_DONE}`,
      'trained on newer data',
    );
  }
  const moves: readonly [LedgerEntry['action'], number | null, number, string, string][] = [
    ['promoted', null, 1, `run:${RUN_DONE}`, 'first version'],
    ['promoted', 1, 2, 'monitor', 'mae fell from 61.4 to 44.2 on the same hold-out'],
    ['promoted', 2, 3, 'user:ada', 'trying the new labels'],
    ['rolled-back', 3, 2, 'monitor', 'version 2 was better on the same rows'],
  ];
  for (const [index, [action, from, to, actor, reason]] of moves.entries()) {
    const number = index + 1;
    const asOf = `2011-0${number + 4}-01T00:00:00Z`;
    await registry.transition({
      model: MODEL,
      number,
      version: to,
      sinceAsOf: asOf,
      ledger: {
        model: MODEL,
        key: `transition/${MODEL}/${number}`,
        at: `2026-11-20T1${number}:00:00.000Z`,
        asOf,
        actor,
        action,
        from,
        to,
        reason,
        evidence: { requestId: `request-${number}` },
      },
    });
  }
  for (const [index, [kind, share, mae]] of WINDOWS.entries()) {
    await registry.recordMeasurement(measurement(index, share, mae));
    await registry.recordDecision({
      model: MODEL,
      version: 2,
      window: window(index),
      verdict: verdict(kind, share, mae),
      signalled: kind === 'data-drift' ? 'retrain' : null,
      decidedAt: '2026-11-20T12:00:00.000Z',
    });
  }
}

const WINDOWS: readonly [Verdict['kind'], number, number][] = [
  ['ok', 0.1, 42],
  ['ok', 0.2, 45.5],
  ['data-drift', 0.6, 71.25],
];

const window = (index: number) => ({
  start: `2011-07-${String(1 + 7 * index).padStart(2, '0')}T00:00:00Z`,
  end: `2011-07-${String(8 + 7 * index).padStart(2, '0')}T00:00:00Z`,
});

function verdict(kind: Verdict['kind'], share: number, mae: number): Verdict {
  return {
    kind,
    rule: kind === 'ok' ? null : 4,
    action: kind === 'ok' ? 'none' : 'retrain',
    breaches: { seen: 1, needed: 1, of: 1 },
    reason: `${share * 100} % of the columns drifted, mae is ${mae}`,
  };
}

function measurement(index: number, share: number, mae: number): WindowMeasurement {
  const drift: FeatureDrift = {
    verdict: share > 0.3 ? 'drift' : 'no-drift',
    share,
    threshold: 0.3,
    driftedColumns: share > 0.3 ? ['temperature'] : [],
    measuredColumns: 10,
    method: 'reference-windows',
  };
  return {
    model: MODEL,
    version: 2,
    window: window(index),
    rows: 168,
    labelledRows: 168,
    profile: reference(30),
    quality: { breaches: [] },
    featureDrift: drift,
    predictionDrift: { verdict: 'no-drift', distance: 0.05, threshold: 0.2 },
    performance: {
      verdict: 'kept',
      metric: 'mae',
      value: mae,
      baseline: 44.2,
      relativeLoss: mae / 44.2 - 1,
      threshold: 0.2,
      interval: { low: mae - 4, high: mae + 5, method: 'bootstrap' },
    },
    // The first window is of an earlier release.
    ...(index > 0 && {
      bias: {
        rows: 168,
        bias: -3.5 * index,
        interval: { low: -3.5 * index - 2, high: -3.5 * index + 2, method: 'student-t' },
        baseline: 0.5,
        isBiased: true,
        predictionVariance: 5400,
        errorVariance: 2100,
        varianceRatio: 0.9,
      },
    }),
    previous: null,
    inputsSinceDeploy: null,
    windowsSinceDeploy: index,
    details: null,
  };
}

function manifest(mae: number): ModelManifest {
  return {
    format: 'millrace-model/1',
    task: 'regression',
    algorithm: 'gradient-boosting',
    hyperparameters: {},
    target: 'rentals',
    seed: 42,
    onnx: reference(40, MEDIA_TYPE.onnx),
    signature: {
      task: 'regression',
      inputs: [],
      context: [],
      output: { name: 'rentals', kind: 'number' },
    },
    trainingData: reference(41, MEDIA_TYPE.parquet),
    trainingRows: 4344,
    timeColumn: 'hour',
    parity: { rows: 100, maxAbsoluteDifference: 1e-6 },
    environment: {},
    evaluation: {
      holdout: reference(42),
      rows: 800,
      metrics: { mae, r2: 0.87 },
      champion: null,
      gate: null,
    },
  };
}

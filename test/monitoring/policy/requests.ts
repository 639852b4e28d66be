import type {
  DeployRequest,
  GuardSpec,
  LabelsRequest,
  RepairRequest,
  RetrainRequest,
  RollbackRequest,
} from '../../../contracts/index.js';

/** Well-formed requests to vary in tests. */

export const GUARDS: GuardSpec = {
  breaches: { count: 2, of: 3 },
  cooldownMs: 24 * 3_600_000,
  maxRetrains: { count: 2, periodMs: 30 * 86_400_000 },
  stopAfterIneffective: 2,
  postDeployWindows: 4,
};

export function day(number: number): string {
  return new Date(Date.UTC(2011, 0, 1) + number * 86_400_000).toISOString();
}

export function deploy(version: number, over: Partial<DeployRequest> = {}): DeployRequest {
  return {
    kind: 'deploy',
    requestId: `run-${version}/deploy`,
    version,
    comparedWith: null,
    standing: 'gate-passed',
    answerTo: `pipeline/bike/run-${version}`,
    asOf: day(version),
    actor: 'run:manual',
    reason: 'test',
    evidence: { runId: `run-${version}` },
    ...over,
  };
}

export function rollback(over: Partial<RollbackRequest> = {}): RollbackRequest {
  return {
    kind: 'rollback',
    requestId: 'rollback-1',
    version: null,
    blames: null,
    asOf: day(100),
    actor: 'monitor',
    reason: 'regression',
    evidence: {},
    ...over,
  };
}

export function retrain(over: Partial<RetrainRequest> = {}): RetrainRequest {
  return {
    kind: 'retrain',
    requestId: `retrain-${over.asOf ?? day(50)}`,
    trigger: 'monitor',
    window: null,
    plan: null,
    answerTo: null,
    asOf: day(50),
    actor: 'monitor',
    reason: 'performance lost',
    evidence: {},
    ...over,
  };
}

const WINDOW = { start: '2011-03-28T00:00:00Z', end: '2011-04-04T00:00:00Z' };

export function repair(over: Partial<RepairRequest> = {}): RepairRequest {
  return {
    kind: 'repair',
    repair: 'impute',
    change: 'begin',
    features: ['temp'],
    window: WINDOW,
    requestId: 'repair-1',
    asOf: WINDOW.end,
    actor: 'monitor',
    reason: 'missing-values in temp',
    evidence: {},
    ...over,
  };
}

export function askForLabels(over: Partial<LabelsRequest> = {}): LabelsRequest {
  return {
    kind: 'askForLabels',
    window: WINDOW,
    requestId: 'labels-1',
    asOf: WINDOW.end,
    actor: 'monitor',
    reason: 'too few labels',
    evidence: {},
    ...over,
  };
}

import {
  type Automation,
  type FailureType,
  type GuardSpec,
  type LedgerEntry,
  type MonitorSpec,
  sourceFile,
} from '../../contracts/index.js';
import {
  closedByLedger,
  type LedgerDraft,
  type ModelState,
  stateFromLedger,
} from '../../monitoring/policy/index.js';
import { failureOf } from '../application-failure.js';
import type { ActivityDeps } from '../deps.js';
import { signalWatchModel, startGuard } from '../model-client.js';
import { problemWithExample } from '../rollout/smoke-test.js';
import { approvalProblem } from './approval-problem.js';

/** The production state that the registry tells: what the model's workflow starts from. */
export function loadModelState(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<ModelState> => {
    const [ledger, champion] = await Promise.all([
      deps.registry.ledger(model),
      deps.registry.champion(model),
    ]);
    const record = champion === null ? null : await deps.registry.version(model, champion.version);
    const { guards, automation } = policyOf(record?.monitor ?? null);
    const state = stateFromLedger(model, ledger, guards, automation);
    for (const rollout of closedByLedger(await deps.registry.rollouts(model), state, ledger)) {
      await deps.registry.putRollout(rollout);
    }
    return state;
  };
}

export interface CheckedVersion {
  /** Why the version cannot be served; `null` when it can. */
  readonly problem: string | null;
  /** Of a problem: what kind of failure it is. */
  readonly failure?: FailureType;
  readonly guards: GuardSpec | null;
  readonly automation?: Automation;
}

/** Whether a version may become champion: it is there, ready, and its files are intact. */
export function checkVersion(deps: Pick<ActivityDeps, 'registry' | 'artifacts' | 'servers'>) {
  return async ({
    model,
    version,
    isNew = false,
  }: {
    model: string;
    version: number;
    /** It is to have requests for the first time, and has to answer its stored example. */
    isNew?: boolean;
  }): Promise<CheckedVersion> => {
    const record = await deps.registry.version(model, version);
    const broken = (problem: string, failure: FailureType = 'InvalidInput'): CheckedVersion => ({
      problem,
      failure,
      guards: null,
    });
    if (record === null) return broken(`model ${model} has no version ${version}`, 'NotFound');
    const retirement = await deps.registry.life.retirement(model);
    if (retirement !== null && retirement.status !== 'returned') return broken(retiredWords(model));
    if (record.status !== 'ready')
      return broken(`version ${version} of ${model} is ${record.status}`);
    const verdict = approvalProblem(record);
    if (verdict !== null) return broken(`version ${version} of ${model} ${verdict}`);
    try {
      const file = sourceFile(record.content);
      if (file !== null) await deps.artifacts.localPath(file);
    } catch (error) {
      const { type, message } = failureOf(error);
      return broken(`the artifact of version ${version} is not intact: ${message}`, type);
    }
    const smoke = isNew ? await problemWithExample(deps, record) : null;
    if (smoke !== null) {
      const { problem, failure } = smoke;
      return broken(`version ${version} failed its smoke request: ${problem}`, failure);
    }
    return { problem: null, ...policyOf(record.monitor) };
  };
}

export interface AliasMove {
  readonly model: string;
  readonly number: number;
  readonly version: number | null;
  readonly sinceAsOf: string;
  /** Takes the model's route away with it, under this number. */
  readonly endsRoute?: number;
  readonly entry: LedgerDraft;
}

/** Moves the champion alias and writes its ledger line, in one transaction. */
export function moveAlias(deps: ActivityDeps) {
  return async ({ entry, ...move }: AliasMove): Promise<void> => {
    await deps.registry.transition({ ...move, ledger: dated(entry) });
  };
}

export function appendLedger(deps: ActivityDeps) {
  return async ({ entries }: { entries: readonly LedgerDraft[] }): Promise<void> => {
    await deps.registry.appendLedger(...entries.map(dated));
  };
}

/** Starts the champion's monitor and who guards it, or has it read its configuration again. */
export function configureMonitor(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<void> => {
    await signalWatchModel(deps.temporal, model);
    await startGuard(deps.temporal);
  };
}

/** What is asked of a model that is out of use is answered with how it comes back. */
export function retiredWords(model: string): string {
  return `${model} is retired; millrace models retire ${model} --undo brings it back`;
}

/** What the model's workflow keeps of the monitor block of its champion. */
function policyOf(monitor: MonitorSpec | null): {
  readonly guards: GuardSpec | null;
  readonly automation: Automation;
} {
  return {
    guards: monitor?.respond.guards ?? null,
    automation: monitor?.respond.automation ?? 'full',
  };
}

function dated(entry: LedgerDraft): LedgerEntry {
  return { ...entry, at: new Date().toISOString() };
}

import {
  type Automation,
  type GuardSpec,
  type LedgerEntry,
  MillraceError,
  type MonitorSpec,
} from '../../contracts/index.js';
import {
  type LedgerDraft,
  type ModelState,
  stateFromLedger,
} from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalWatchModel, startGuard } from '../model-client.js';

/** The production state that the registry tells: what the model's workflow starts from. */
export function loadModelState(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<ModelState> => {
    const [ledger, champion] = await Promise.all([
      deps.registry.ledger(model),
      deps.registry.champion(model),
    ]);
    const record = champion === null ? null : await deps.registry.version(model, champion.version);
    const { guards, automation } = policyOf(record?.monitor ?? null);
    return stateFromLedger(model, ledger, guards, automation);
  };
}

export interface CheckedVersion {
  /** Why the version cannot be served; `null` when it can. */
  readonly problem: string | null;
  readonly guards: GuardSpec | null;
  readonly automation?: Automation;
}

/** Whether a version may become champion: it is there, ready, and its files are intact. */
export function checkVersion(deps: Pick<ActivityDeps, 'registry' | 'artifacts'>) {
  return async ({
    model,
    version,
  }: {
    model: string;
    version: number;
  }): Promise<CheckedVersion> => {
    const record = await deps.registry.version(model, version);
    const broken = (problem: string): CheckedVersion => ({ problem, guards: null });
    if (record === null) return broken(`model ${model} has no version ${version}`);
    if (record.status !== 'ready')
      return broken(`version ${version} of ${model} is ${record.status}`);
    try {
      await deps.artifacts.localPath(record.content.onnx);
    } catch (error) {
      const message = error instanceof MillraceError ? error.message : String(error);
      return broken(`the artifact of version ${version} is not intact: ${message}`);
    }
    return { problem: null, ...policyOf(record.monitor) };
  };
}

export interface AliasMove {
  readonly model: string;
  readonly number: number;
  readonly version: number | null;
  readonly sinceAsOf: string;
  readonly entry: LedgerDraft;
}

/** Moves the champion alias and writes its ledger line, in one transaction. */
export function moveAlias(deps: ActivityDeps) {
  return async ({ model, number, version, sinceAsOf, entry }: AliasMove): Promise<void> => {
    await deps.registry.transition({ model, number, version, sinceAsOf, ledger: dated(entry) });
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

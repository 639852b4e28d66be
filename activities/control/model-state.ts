import { type GuardSpec, type LedgerEntry, MillraceError } from '../../contracts/index.js';
import {
  type LedgerDraft,
  type ModelState,
  stateFromLedger,
} from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalWatchModel } from '../model-client.js';

/** The production state that the registry tells: what the model's workflow starts from. */
export function loadModelState(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<ModelState> => {
    const [ledger, champion] = await Promise.all([
      deps.registry.ledger(model),
      deps.registry.champion(model),
    ]);
    const guards = champion === null ? null : await guardsOf(deps, model, champion.version);
    return stateFromLedger(model, ledger, guards);
  };
}

export interface CheckedVersion {
  /** Why the version cannot be served; `null` when it can. */
  readonly problem: string | null;
  readonly guards: GuardSpec | null;
}

/** Whether a version may become champion: it is there, ready, and its files are intact. */
export function checkVersion(deps: ActivityDeps) {
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
    return { problem: null, guards: record.monitor?.respond.guards ?? null };
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
  return async ({ entry }: { entry: LedgerDraft }): Promise<void> => {
    await deps.registry.appendLedger(dated(entry));
  };
}

/** Starts the champion's monitor, or has it read its configuration again. */
export function configureMonitor(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<void> => {
    await signalWatchModel(deps.temporal, model);
  };
}

async function guardsOf(
  deps: ActivityDeps,
  model: string,
  version: number,
): Promise<GuardSpec | null> {
  const record = await deps.registry.version(model, version);
  return record?.monitor?.respond.guards ?? null;
}

function dated(entry: LedgerDraft): LedgerEntry {
  return { ...entry, at: new Date().toISOString() };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  type ChangeAccepted,
  type DeployRequest,
  isLeaseLive,
  type LedgerEntry,
  MESSAGE,
  MillraceError,
  type RollbackRequest,
  startTimeoutMs,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { sendToModel } from './send-to-model.js';

const LOOK_EVERY_MS = 200;
/** Gateways have 30 s to take a version; the rest is for a worker that is just starting. */
const GIVE_UP_AFTER_MS = 120_000;

/**
 * How much longer a change may take because a version has a server of its own: the worker starts one
 * for the smoke request, then the gateways do.
 *
 * @param version - `null`: a rollback may choose any of them
 */
export async function serverStartsMs(
  registry: RegistryReader,
  model: string,
  version: number | null,
): Promise<number> {
  const versions = (await registry.versions(model)).filter(
    (record) => version === null || record.version === version,
  );
  return 2 * Math.max(0, ...versions.map(({ content }) => startTimeoutMs(content)));
}

/** What came of a request to change the champion. */
export interface ChangeResult {
  readonly requestId: string;
  readonly outcome: 'promoted' | 'rolled-back' | 'refused' | 'compensated' | 'accepted';
  readonly champion: number | null;
  /** What the live gateways report; `unconfirmed` where none is live. */
  readonly serving: 'confirmed' | 'unconfirmed' | 'not-served';
  readonly detail: string;
  readonly ledger: LedgerEntry | null;
}

/**
 * Sends the request to the one workflow that may change the model, starting it where it does not
 * run. Returns as soon as the request is accepted.
 *
 * @throws MillraceError `InvalidInput` when the workflow rejects the request as malformed
 */
export function sendChange(
  client: Client,
  model: string,
  request: DeployRequest | RollbackRequest,
): Promise<ChangeAccepted> {
  const update = request.kind === 'rollback' ? MESSAGE.rollback : MESSAGE.promote;
  return sendToModel(client, model, update, request, request.requestId);
}

/**
 * Watches the ledger until the request was carried out, or refused; then the gateways' leases until
 * they serve the version or the change was taken back.
 *
 * @param serverMs - what servers of versions may take, of {@link serverStartsMs}
 */
export async function watchChange(
  registry: RegistryReader,
  model: string,
  requestId: string,
  interrupted: AbortSignal,
  serverMs: number,
): Promise<ChangeResult> {
  const withinMs = GIVE_UP_AFTER_MS + serverMs;
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && !interrupted.aborted) {
    const result = await look(registry, model, requestId);
    if (result !== null) return result;
    await sleep(LOOK_EVERY_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  if (interrupted.aborted) return accepted(requestId, await registry.champion(model));
  throw new MillraceError(
    'ServiceUnavailable',
    `the request was accepted, but nothing came of it within ${withinMs / 1000} s`,
    `look again with millrace models show ${model}; millrace doctor says whether a worker runs`,
  );
}

export function accepted(
  requestId: string,
  champion: { readonly version: number } | null,
): ChangeResult {
  return {
    requestId,
    outcome: 'accepted',
    champion: champion?.version ?? null,
    serving: 'not-served',
    detail: 'the request is accepted and goes on by itself',
    ledger: null,
  };
}

async function look(
  registry: RegistryReader,
  model: string,
  requestId: string,
): Promise<ChangeResult | null> {
  const entries = (await registry.ledger(model)).filter(
    ({ evidence }) => evidence['requestId'] === requestId,
  );
  const last = entries.at(-1);
  if (last === undefined) return null;
  const champion = (await registry.champion(model))?.version ?? null;
  const base = { requestId, champion, detail: last.reason, ledger: last };
  if (last.action === 'compensated') {
    return { ...base, outcome: 'compensated', serving: 'not-served' };
  }
  if (last.action === 'rollout-ended') {
    // A rollback that meant the version that was being rolled out: the champion answers all again.
    return withRouteGone(registry, model, base);
  }
  if (last.action !== 'promoted' && last.action !== 'rolled-back') {
    return { ...base, outcome: 'refused', serving: 'not-served' };
  }
  const live = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
  const behind = live.filter(({ servedVersions }) => servedVersions[model] !== last.to);
  if (behind.length > 0 && champion === last.to) return null;
  const serving = live.length === 0 ? 'unconfirmed' : 'confirmed';
  return { ...base, outcome: last.action, serving };
}

async function withRouteGone(
  registry: RegistryReader,
  model: string,
  base: Omit<ChangeResult, 'outcome' | 'serving'>,
): Promise<ChangeResult | null> {
  const live = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
  if (live.some(({ routes }) => routes?.[model] !== undefined)) return null;
  const serving = live.length === 0 ? 'unconfirmed' : 'confirmed';
  return { ...base, outcome: 'rolled-back', serving };
}

import {
  MillraceError,
  type RetrainRequest,
  type RollbackRequest,
} from '../../../contracts/index.js';
import { requestTime } from '../../registry/request-time.js';
import type { ExternalSignal } from './external-signal.js';
import type { KnownRequests } from './known-requests.js';
import type { SignalDeps } from './ports.js';

/** One signal as it was passed on. */
export interface PassedSignal {
  readonly action: ExternalSignal['action'];
  /** Lines of the ledger that answer it carry this in their evidence. */
  readonly requestId: string;
  readonly asOf: string;
  /** The event was known: nothing was asked for again. */
  readonly duplicate: boolean;
}

/**
 * Passes signals on to the model's workflow, one after the other, each once. A retraining passes the
 * same guards as one that millrace's own monitor asks for.
 *
 * @param keyName - of the key that they came with
 * @throws MillraceError `NotFound` for a model that nobody knows, `ServiceUnavailable` when a signal
 * is not known to have arrived
 */
export async function passOn(
  { registry, sender }: SignalDeps,
  known: KnownRequests,
  model: string,
  signals: readonly ExternalSignal[],
  keyName: string | null,
): Promise<readonly PassedSignal[]> {
  const models = await registry.models();
  if (!models.includes(model)) {
    throw new MillraceError(
      'NotFound',
      `there is no model ${JSON.stringify(model)}`,
      `there is: ${models.join(', ') || 'none; run a pipeline first'}`,
    );
  }
  const champion = await registry.champion(model);
  const passed: PassedSignal[] = [];
  for (const signal of signals) {
    const { action, requestId } = signal;
    const asOf = signal.asOf ?? (await requestTime(registry, model, champion));
    const request = requestOf(signal, asOf, champion?.version ?? null, keyName);
    const outcome = await known.once(
      `${model} ${requestId}`,
      () => registry.isRequestKnown(model, requestId),
      () => sender.send(model, request),
    );
    passed.push({ action, requestId, asOf, duplicate: outcome === 'duplicate' });
  }
  return passed;
}

function requestOf(
  { action, requestId, source, reason, blames, evidence }: ExternalSignal,
  asOf: string,
  champion: number | null,
  keyName: string | null,
): RetrainRequest | RollbackRequest {
  const base = {
    requestId,
    asOf,
    actor: keyName === null ? source : `${source} (key ${keyName})`,
    reason,
    evidence: { ...evidence, key: keyName },
  };
  return action === 'retrain'
    ? { ...base, kind: 'retrain', trigger: 'monitor', window: null, plan: null, answerTo: null }
    : {
        ...base,
        kind: 'rollback',
        trigger: 'monitor',
        version: null,
        blames: blames ?? champion,
      };
}

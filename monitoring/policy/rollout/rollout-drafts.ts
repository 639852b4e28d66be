import type { Evidence, LedgerAction, RolloutMeasurement } from '../../../contracts/index.js';
import type { LedgerDraft } from '../state.js';
import { type RolloutInFlight, rolloutIdOf } from './rollout-state.js';

/** The ledger lines of a rollout. Keys are business keys: a repeat leaves one line. */

export interface RolloutLine {
  /** Behind the action and the rollout's id. */
  readonly key?: string | number;
  readonly action: LedgerAction;
  readonly reason: string;
  /** Absent: millrace itself. */
  readonly by?: { readonly actor: string; readonly asOf: string };
  readonly evidence?: Evidence;
}

export function rolloutDraft(
  model: string,
  rollout: RolloutInFlight,
  { key, action, reason, by, evidence }: RolloutLine,
): LedgerDraft {
  const id = rolloutIdOf(rollout);
  return {
    model,
    key: `${action}/${id}${key === undefined ? '' : `/${key}`}`,
    asOf: by?.asOf ?? rollout.request.asOf,
    actor: by?.actor ?? 'millrace',
    action,
    from: rollout.from.version,
    to: rollout.to,
    reason,
    evidence: { rolloutId: id, ...evidence },
  };
}

/** Keeps the request whole, so that the rollout is found again when Temporal's database is lost. */
export function startedDraft(model: string, rollout: RolloutInFlight): LedgerDraft {
  const { request, spec } = rollout;
  const line = rolloutDraft(model, rollout, {
    action: 'rollout-started',
    reason: request.reason,
    by: request,
  });
  return {
    ...line,
    evidence: {
      ...request.evidence,
      ...line.evidence,
      requestId: request.requestId,
      strategy: spec.strategy,
      request: JSON.parse(JSON.stringify(request)),
    },
  };
}

/** A measurement as evidence. */
export function measured(measurement: RolloutMeasurement): Evidence {
  return { measurement: JSON.parse(JSON.stringify(measurement)) };
}

import type { JsonValue, PipelinePlan, RetrainContext } from '../../contracts/index.js';

/** What an evaluation's comparison rests on besides rows and models; `null`: on nothing else. */
export function comparisonTerms(
  { monitor }: Pick<PipelinePlan, 'monitor'>,
  retrain?: RetrainContext,
): JsonValue {
  const { margin = null, confidence = null, olderMs = null } = monitor?.respond.promote ?? {};
  const metric = monitor?.performance?.metric ?? null;
  const regime =
    retrain === undefined ? null : { kind: retrain.data.kind, since: retrain.data.changedFrom };
  const terms = { margin, confidence, olderMs, metric, regime };
  return Object.values(terms).every((term) => term === null) ? null : terms;
}

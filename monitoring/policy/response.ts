import type {
  JsonValue,
  RetrainRequest,
  RollbackRequest,
  Verdict,
  WindowMeasurement,
} from '../../contracts/index.js';

/** Where the version under watch came from: named in every automatic action. */
export interface VersionOrigin {
  readonly runId: string;
  readonly planHash: string;
}

/**
 * The request that a verdict leads to, with everything behind it as evidence; `null` where the
 * action is none, an alert or a hold. Its id is made from model, window and action, so that a
 * window decided twice asks once.
 */
export function responseTo(
  verdict: Verdict,
  measurement: WindowMeasurement,
  origin: VersionOrigin,
): RetrainRequest | RollbackRequest | null {
  if (verdict.action !== 'retrain' && verdict.action !== 'rollback') return null;
  const { model, version, window } = measurement;
  const base = {
    requestId: `monitor/${model}/${window.end}/${verdict.action}`,
    asOf: window.end,
    actor: 'monitor',
    reason: verdict.reason,
    evidence: {
      verdict: verdict.kind,
      rule: verdict.rule,
      breaches: { ...verdict.breaches },
      version,
      versionRunId: origin.runId,
      planHash: origin.planHash,
      // Where to cut the data: rows before it teach the old world.
      ...(measurement.concept?.verdict === 'drift' && {
        changedFrom: measurement.concept.changedFrom,
      }),
      window: { ...window },
      measurement: summaryOf(measurement),
    },
  };
  return verdict.action === 'rollback'
    ? { kind: 'rollback', version: measurement.previous?.version ?? null, blames: version, ...base }
    : { kind: 'retrain', trigger: 'monitor', window, plan: null, answerTo: null, ...base };
}

/** The numbers that were compared with a threshold, and the thresholds. */
function summaryOf(measurement: WindowMeasurement): { readonly [name: string]: JsonValue } {
  const { rows, labelledRows, profile, performance, previous, featureDrift, inputsSinceDeploy } =
    measurement;
  const { predictionDrift, labelDrift, concept } = measurement;
  return {
    rows,
    labelledRows,
    profile: profile.sha256,
    performance: performance === null ? null : performanceOf(performance),
    previous:
      previous === null
        ? null
        : {
            version: previous.version,
            value: previous.value,
            lossDifference: { ...previous.lossDifference },
          },
    featureDrift:
      featureDrift === null
        ? null
        : { ...featureDrift, driftedColumns: [...featureDrift.driftedColumns] },
    inputsSinceDeploy:
      inputsSinceDeploy === null
        ? null
        : { ...inputsSinceDeploy, driftedColumns: [...inputsSinceDeploy.driftedColumns] },
    predictionDrift: predictionDrift === null ? null : { ...predictionDrift },
    ...(labelDrift !== undefined && { labelDrift: { ...labelDrift } }),
    ...(concept !== undefined && { concept: { ...concept, state: concept.state.sha256 } }),
  };
}

function performanceOf({
  interval,
  ...performance
}: NonNullable<WindowMeasurement['performance']>): JsonValue {
  return { ...performance, ...(interval !== undefined && { interval: { ...interval } }) };
}

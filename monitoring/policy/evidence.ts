import type { Evidence, JsonValue, Verdict, WindowMeasurement } from '../../contracts/index.js';

/** Where the version under watch came from: named in every automatic action. */
export interface VersionOrigin {
  readonly runId: string;
  readonly planHash: string;
}

/** What an automatic request rests on. */
export function evidenceOf(
  verdict: Verdict,
  measurement: WindowMeasurement,
  origin: VersionOrigin,
): Evidence {
  const { version, window, concept } = measurement;
  return {
    verdict: verdict.kind,
    rule: verdict.rule,
    ...(verdict.condition !== undefined && { condition: verdict.condition }),
    breaches: { ...verdict.breaches },
    version,
    versionRunId: origin.runId,
    planHash: origin.planHash,
    // Where to cut the data: rows before it teach the old world.
    ...(concept?.verdict === 'drift' && { changedFrom: concept.changedFrom }),
    window: { ...window },
    measurement: summaryOf(measurement),
  };
}

/** The numbers that were compared with a threshold, and the thresholds. */
function summaryOf(measurement: WindowMeasurement): { readonly [name: string]: JsonValue } {
  const { rows, labelledRows, profile, previous, concept } = measurement;
  return {
    rows,
    labelledRows,
    profile: profile.sha256,
    performance: asJson(measurement.performance),
    previous:
      previous === null
        ? null
        : {
            version: previous.version,
            value: previous.value,
            lossDifference: { ...previous.lossDifference },
          },
    featureDrift: asJson(measurement.featureDrift),
    inputsSinceDeploy: asJson(measurement.inputsSinceDeploy),
    predictionDrift: asJson(measurement.predictionDrift),
    ...watched(
      'quality',
      measurement.quality.breaches.length > 0 ? measurement.quality : undefined,
    ),
    ...watched('labelDrift', measurement.labelDrift),
    ...watched(
      'concept',
      concept === undefined ? undefined : { ...concept, state: concept.state.sha256 },
    ),
    ...watched('confidenceDrift', measurement.confidenceDrift),
    ...watched('multivariateDrift', measurement.multivariateDrift),
    ...watched('estimate', measurement.estimate),
    ...watched('fairness', measurement.fairness),
    ...watched('outliers', measurement.outliers),
    ...watched('featureSkew', measurement.featureSkew),
    ...watched('volume', measurement.volume),
    ...watched('service', measurement.service),
  };
}

/** A part that is there only where it is watched. */
function watched(name: string, part: object | undefined): { readonly [name: string]: JsonValue } {
  return part === undefined ? {} : { [name]: asJson(part) };
}

/** Measurements are plain data: what is JSON already is only called so here. */
function asJson(part: object | null): JsonValue {
  return JSON.parse(JSON.stringify(part));
}

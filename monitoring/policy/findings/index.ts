import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import { conditionFindings } from './conditions.js';
import { dataQualityBreak, noData } from './data-findings.js';
import { dataDrift, estimatedLoss, outliers } from './drift-findings.js';
import type { Finding } from './finding.js';
import { conceptDrift, fairnessBreach, labelDrift } from './label-findings.js';
import { unknown } from './unknown-finding.js';
import {
  featureSkew,
  predictionDrift,
  regressionAfterDeploy,
  serviceDegraded,
} from './version-findings.js';

export { type ConditionTruth, truthOf } from './conditions.js';
export { type Finding, percent } from './finding.js';

/**
 * Every rule that a window matches, in the order of the response policy: the first decides, all of
 * them are remembered for the windows that follow.
 *
 * 1 no data, data-quality break, 2 the version or its serving at fault: a regression after a deploy
 * with inputs unmoved; predictions moved and no input did; the service is degraded; looked-up
 * features differ from their source · 3 label drift
 * without a loss · 4 concept drift: performance lost, or errors rose; groups treated unlike ·
 * 5 data drift, an estimated loss, outliers · the team's own conditions · 6 conflicting or unknown.
 */
export function findings(measurement: WindowMeasurement, spec: MonitorSpec): readonly Finding[] {
  const first = [
    noData(measurement, spec.window.minRows),
    dataQualityBreak(measurement),
    regressionAfterDeploy(measurement, spec),
    predictionDrift(measurement),
    serviceDegraded(measurement),
    featureSkew(measurement),
    labelDrift(measurement),
    conceptDrift(measurement),
    fairnessBreach(measurement),
    dataDrift(measurement),
    estimatedLoss(measurement),
    outliers(measurement),
    ...conditionFindings(measurement, spec),
    unknown(measurement, spec),
  ];
  return first.filter((finding) => finding !== null);
}

import { measureConcept } from './concept-drift.js';
import { countUnusableLabels } from './count-unusable-labels.js';
import { measureConfidence } from './measure-confidence.js';
import { measureEstimate } from './measure-estimate.js';
import { measureFairness } from './measure-fairness.js';
import { measureFeatureSkew } from './measure-feature-skew.js';
import { measureLabels } from './measure-labels.js';
import { measureMultivariate } from './measure-multivariate.js';
import { measureOutliers } from './measure-outliers.js';
import { measureService } from './measure-service.js';
import { measureShadow } from './measure-shadow.js';
import { measureSlices } from './measure-slices.js';
import type { WindowPart } from './window-part.js';

/** What is measured besides features, predictions and performance, in this order. */
export const WINDOW_PARTS: readonly WindowPart[] = [
  measureConfidence,
  measureMultivariate,
  measureOutliers,
  measureFeatureSkew,
  measureLabels,
  countUnusableLabels,
  measureConcept,
  measureSlices,
  measureFairness,
  measureEstimate,
  measureShadow,
  measureService,
];

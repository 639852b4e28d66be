import { measureConcept } from './concept-drift.js';
import { countUnusableLabels } from './count-unusable-labels.js';
import { measureFairness } from './measure-fairness.js';
import { measureLabels } from './measure-labels.js';
import type { WindowPart } from './window-part.js';

/** What is measured besides features, predictions and performance, in this order. */
export const WINDOW_PARTS: readonly WindowPart[] = [
  measureLabels,
  countUnusableLabels,
  measureConcept,
  measureFairness,
];

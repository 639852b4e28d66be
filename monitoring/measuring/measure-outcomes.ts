import type { WindowMeasurement } from '../../contracts/index.js';
import type { WindowOutcomes } from '../../models/predictions/ports.js';
import { MOST_NAMES } from './measurement-details.js';

/** Feedback, business metrics and replaced labels as the measurement has them: absent where there are none. */
export function outcomesOf(
  outcomes: readonly WindowOutcomes[],
  version: number,
): Pick<WindowMeasurement, 'business' | 'feedback' | 'replacedLabels'> {
  const found = outcomes.find((outcome) => outcome.version === version);
  if (found === undefined) return {};
  const business = Object.entries(found.business).slice(0, MOST_NAMES);
  return {
    ...(business.length > 0 && { business: Object.fromEntries(business) }),
    ...(found.feedback !== null && { feedback: found.feedback }),
    ...(found.replacedLabels > 0 && { replacedLabels: found.replacedLabels }),
  };
}

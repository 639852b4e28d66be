import {
  type MonitorSpec,
  measurementScope,
  type WindowMeasurement,
} from '../../../contracts/index.js';
import { ExpressionError, evaluateCondition } from '../../../pipelines/expressions/index.js';
import type { Finding } from './finding.js';

/** What a condition says of a window; `reason`: why it cannot be told, and then it does not hold. */
export interface ConditionTruth {
  readonly holds: boolean;
  readonly reason: string | null;
}

/**
 * Evaluates a condition over the measurements of a window. One that names what the window does not
 * have is false, and says so: a monitor never stops for it.
 *
 * @example truthOf('drift.share > 0.1', measurement); // { holds: false, reason: null }
 */
export function truthOf(condition: string, measurement: WindowMeasurement): ConditionTruth {
  try {
    const scope = { measurements: measurementScope(measurement), window: measurement.window };
    return { holds: evaluateCondition(condition, scope), reason: null };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { holds: false, reason: error.message };
  }
}

/** The team's own conditions that hold, in the order of the file. */
export function conditionFindings(
  measurement: WindowMeasurement,
  { respond: { conditions = [] } }: MonitorSpec,
): readonly Finding[] {
  return conditions
    .filter(({ when }) => truthOf(when, measurement).holds)
    .map(({ name, when }) => ({
      kind: 'condition',
      rule: null,
      condition: name,
      reason: `${name}: ${when}`,
    }));
}

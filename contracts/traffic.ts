export const STRATEGIES = ['replace', 'blueGreen', 'canary', 'shadow', 'abTest'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** A version and its share of the requests. */
export interface TrafficArm {
  readonly version: number;
  /** Whole percent; those of a route sum to 100. */
  readonly weightPercent: number;
}

/**
 * How the requests for a model are shared out while a rollout is in flight; without one the champion
 * answers all. A route names every version that answers, so that a gateway that has applied it is
 * whole by itself, whatever it knows of the champion.
 */
export interface TrafficRoute {
  readonly model: string;
  /** Ascends by one with each change of the model's route, and is never used again. */
  readonly number: number;
  readonly rolloutId: string;
  readonly strategy: Strategy;
  /** The champion's arm first; an arm of weight 0 is held ready. */
  readonly arms: readonly TrafficArm[];
  /** Versions that are given a copy of each request and answer nobody. */
  readonly shadows: readonly number[];
  /**
   * Column of the row whose value keeps its arm; `null`: the header `x-millrace-route-key`, and
   * where that is absent each request is assigned anew by its own id.
   */
  readonly stickyBy: string | null;
  /** Goes into the hash of the assignment: the same key has the same arm under the same seed. */
  readonly seed: string;
  /** Wall clock, RFC 3339. */
  readonly at: string;
}

/** Whether a route may be applied: arms of whole percents that sum to 100, no version twice. */
export function isWholeRoute({ arms, shadows }: Pick<TrafficRoute, 'arms' | 'shadows'>): boolean {
  const versions = [...arms.map(({ version }) => version), ...shadows];
  return (
    arms.length > 0 &&
    arms.every(({ weightPercent: w }) => Number.isInteger(w) && w >= 0 && w <= 100) &&
    arms.reduce((sum, { weightPercent }) => sum + weightPercent, 0) === 100 &&
    new Set(versions).size === versions.length
  );
}

import type {
  ChampionRef,
  DeployRequest,
  FailureType,
  RolloutMeasurement,
  RolloutSpec,
  RolloutStatus,
  TrafficRoute,
} from '../../../contracts/index.js';
import type { AnalysisTally } from './analysis-tally.js';

/** What is being done at the present stage. All times are of the wall clock, RFC 3339. */
export type RolloutPhase =
  /** The stored example is asked of the version. */
  | { readonly kind: 'smoke' }
  /** The route is being moved, and the gateways are asked whether they apply it. */
  | { readonly kind: 'moving' }
  /**
   * A gateway did not apply the shares in time, and those before are in force again. `null`: the
   * gateways are taking them back; then it is tried once more.
   */
  | { readonly kind: 'behind'; readonly detail: string; readonly until: string | null }
  /** A pause of the spec. */
  | { readonly kind: 'resting'; readonly until: string | null }
  | {
      readonly kind: 'analysing';
      readonly tally: AnalysisTally;
      /** From when on the arms are measured. */
      readonly since: string;
      readonly lookAt: string;
      /** A look is under way. */
      readonly looking: boolean;
      readonly endsAt: string | null;
    }
  /** A person, a pause of the model or quiet hours keep it from going on. */
  | { readonly kind: 'held'; readonly detail: string; readonly until: string | null }
  /** The champion is being switched. */
  | { readonly kind: 'promoting' }
  /** All requests go back to the champion. */
  | { readonly kind: 'returning'; readonly end: RolloutEnd }
  /** It is promoted; the version before is held ready. `null`: not for longer. */
  | { readonly kind: 'keeping'; readonly until: string | null };

export interface RolloutEnd {
  readonly status: Exclude<RolloutStatus, 'running' | 'paused' | 'promoted'>;
  readonly detail: string;
  /** What the run that asked is told. */
  readonly answer: 'kept-as-challenger' | 'refused';
  /** Of a refusal: what kind of failure it is. */
  readonly failure?: FailureType;
}

/** A rollout that has begun and not ended. */
export interface RolloutInFlight {
  readonly request: DeployRequest;
  readonly spec: RolloutSpec;
  readonly from: ChampionRef;
  readonly to: number;
  /** Index into the stages of the spec. */
  readonly stage: number;
  readonly phase: RolloutPhase;
  /** The newest route that was asked for; `null` before the first. */
  readonly route: TrafficRoute | null;
  /** Who answered before the present stage, as far as every gateway applied it; `null`: the champion. */
  readonly applied: TrafficRoute | null;
  /** Attempts at the present shares that a gateway did not follow. */
  readonly unapplied: number;
  /** When the newest route was confirmed: what is measured begins there. */
  readonly movedAt: string | null;
  /** A person paused it: it does not go forward, but falls back all the same. */
  readonly pausedBy: { readonly actor: string; readonly reason: string } | null;
  /** Looks at the arms in all. */
  readonly looks: number;
  /** The newest, oldest first. */
  readonly measurements: readonly RolloutMeasurement[];
  readonly startedAt: string;
}

/** Carried through continue-as-new, so it stays small; the ledger has what decided. */
export const MEASUREMENTS_KEPT = 40;

/** Whether the gateways are being asked to share requests out in another way. */
export function isRouteMoving({ phase }: Pick<RolloutInFlight, 'phase'>): boolean {
  return phase.kind === 'moving' || (phase.kind === 'behind' && phase.until === null);
}

/** The rollout's name, everywhere: the id of the request that began it. */
export function rolloutIdOf({ request }: Pick<RolloutInFlight, 'request'>): string {
  return request.requestId;
}

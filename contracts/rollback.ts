/** What is known of an earlier champion that might come back. */
export interface RollbackCandidate {
  readonly version: number;
  /** Why it cannot serve: not ready, an artifact that is not intact, other inputs; `null`: it can. */
  readonly problem: string | null;
  /** Against the champion on the champion's newest labelled rows; `null` where nobody could ask. */
  readonly onCurrentData: { readonly better: boolean; readonly detail: string } | null;
  /** Its performance when it was last measured; `null` where it never was. */
  readonly lastMeasured: { readonly kept: boolean; readonly detail: string } | null;
}

/** A version that was passed over, and why. */
export interface SkippedVersion {
  readonly version: number;
  readonly why: string;
}

/**
 * Who asks: a person who names the version, a person who leaves the choice, or a monitor. A person is
 * warned where a monitor is refused.
 */
export type RollbackAsker = 'person-names' | 'person' | 'monitor';

export type RollbackChoice =
  | {
      readonly to: number;
      readonly why: string;
      readonly skipped: readonly SkippedVersion[];
    }
  | {
      readonly to: null;
      readonly why: string;
      readonly skipped: readonly SkippedVersion[];
      /** A version could come back, but is no better on current data: a new one has to be trained. */
      readonly retrainInstead: boolean;
    };

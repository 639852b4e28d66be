import type { TimeWindow } from './measurement.js';

/** A measure that the gateways or the next retraining take until it is lifted. */
export type Repair = ImputeRepair | FallbackRepair | QuarantineRepair;

interface RepairBase {
  readonly model: string;
  /** Business key, unique for the model: `impute/temperature`, `fallback`, `quarantine/<end>`. */
  readonly key: string;
  /** Event time of the window that led to it. */
  readonly asOf: string;
  /** Wall clock, RFC 3339. */
  readonly since: string;
  readonly reason: string;
}

/** The gateways fill this input where it is missing. */
export interface ImputeRepair extends RepairBase {
  readonly kind: 'impute';
  readonly feature: string;
  /** The stored imputer's value: median of numbers, most frequent category. */
  readonly value: number | string | boolean;
}

/** An earlier version answers in place of the champion. */
export interface FallbackRepair extends RepairBase {
  readonly kind: 'fallback';
  readonly version: number;
}

/** Rows of this window are left out of every retraining. */
export interface QuarantineRepair extends RepairBase {
  readonly kind: 'quarantine';
  readonly window: TimeWindow;
}

export type RepairKind = Repair['kind'];

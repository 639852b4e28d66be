import type { MonitorSpec, StrategyKind } from '../../contracts/index.js';

/** A way to keep a model good over time. */
export interface Strategy {
  readonly name: string;
  readonly kind: StrategyKind;
  readonly monitor: MonitorSpec;
  /** It measures each window and acts by the policy. */
  readonly decides: boolean;
  /** It retrains each so much, whatever is seen; `null`: never by itself. */
  readonly cadenceMs: number | null;
  /** Every version it trains serves. */
  readonly ignoresGates: boolean;
}

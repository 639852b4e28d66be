import type { LookupOutcome } from '../../features/index.js';
import { CounterFamily, type Family, HistogramFamily } from '../observing/exposition.js';

/** Upper bounds in seconds: a file answers within a tenth of a millisecond, a far server takes longer. */
const SECONDS = [
  0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];

/** What the gateway counts of look-ups in the online store, in the names of `GET /metrics`. */
export class LookupMetrics {
  readonly #lookups = new CounterFamily(
    'millrace_feature_lookups_total',
    'Entities whose features were looked up, by what was found.',
    ['model', 'outcome'],
  );
  readonly #duration = new HistogramFamily(
    'millrace_feature_lookup_duration_seconds',
    'Time that a request waited for the online store.',
    ['model'],
    SECONDS,
  );

  get families(): readonly Family[] {
    return [this.#lookups, this.#duration];
  }

  /** A request has looked up what it lacked. */
  looked(model: string, seconds: number, outcomes: ReadonlyMap<LookupOutcome, number>): void {
    this.#duration.of(model).observe(seconds);
    for (const [outcome, count] of outcomes) this.#lookups.of(model, outcome).add(count);
  }
}

import type { TimeWindow, VerdictKind } from './measurement.js';
import type { Severity } from './monitor-spec.js';

/** One trouble of one model: opened by the first breach, joined by those that follow. */
export interface Incident {
  readonly model: string;
  /** Counted from 1 for each model. */
  readonly number: number;
  readonly status: 'open' | 'closed';
  readonly severity: Severity;
  /** Kind of the first verdict; later ones are in `windows`. */
  readonly kind: VerdictKind;
  /** Version that served when it was opened. */
  readonly version: number;
  /** One sentence: the reason of the worst verdict so far. */
  readonly summary: string;
  /** Event time at which the trouble began, as far as it can be told. */
  readonly since: string;
  /** Wall clock. */
  readonly openedAt: string;
  /** Windows that breached or recovered, oldest first; at most 200 are kept. */
  readonly windows: readonly IncidentWindow[];
  readonly causes: readonly RootCause[];
  /** Wall clock of the first automatic or manual action on it; `null` while there was none. */
  readonly respondedAt: string | null;
  readonly resolution: IncidentResolution | null;
}

export interface IncidentWindow {
  readonly window: TimeWindow;
  readonly kind: VerdictKind;
  readonly reason: string;
  readonly action: string;
  /** Wall clock. */
  readonly at: string;
}

/** What may have caused it, the likeliest first. */
export interface RootCause {
  readonly what: 'column' | 'slice' | 'deploy' | 'upstream' | 'service';
  readonly name: string;
  /** One sentence with its numbers. */
  readonly detail: string;
  /** Event time since which it shows; `null` where that cannot be told. */
  readonly since: string | null;
}

export interface IncidentResolution {
  readonly how: 'recovered' | 'closed-by-person';
  readonly actor: string;
  readonly note: string;
  /** Wall clock. */
  readonly at: string;
}

/** How an incident is named on the command line: `bikes#3`. */
export function incidentName({ model, number }: Pick<Incident, 'model' | 'number'>): string {
  return `${model}#${number}`;
}

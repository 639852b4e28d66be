import type { TimeWindow } from './measurement.js';
import type { Severity } from './monitor-spec.js';
import type { VerdictKind } from './verdict.js';

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
  /**
   * Wall clock at which the first breaching window's data began to arrive, of a silence at which the
   * last row came; absent: not known.
   */
  readonly arrivedAt?: string;
  /** Windows that breached or recovered, oldest first: the first and the newest 199 are kept. */
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
  /** Version that was judged. */
  readonly version?: number;
  /** What the window made of the incident. */
  readonly change?: IncidentChange;
  /** Wall clock. */
  readonly at: string;
}

/**
 * What a decided window, or a person, makes of a model's incident. `recovered`: a clean window that
 * does not close it yet.
 */
export type IncidentChange = 'opened' | 'joined' | 'escalated' | 'recovered' | 'closed' | 'none';

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

/** A person ends an incident, whatever the windows say. */
export interface CloseIncidentRequest {
  readonly number: number;
  readonly actor: string;
  readonly note: string;
}

export function complaintOfCloseIncident(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'it must be {number, actor, note}';
  const { number, actor, note } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(number) || Number(number) < 1) {
    return 'number must be a whole number from 1';
  }
  const texts = [actor, note];
  return texts.every((text) => typeof text === 'string' && text !== '' && text.length <= 2_000)
    ? null
    : 'actor and note must be text of 1 to 2,000 characters';
}

/** How an incident is named on the command line: `bikes#3`. */
export function incidentName({ model, number }: Pick<Incident, 'model' | 'number'>): string {
  return `${model}#${number}`;
}

/** What the alerts of one incident have in common. */
export function incidentGroup({ model, number }: Pick<Incident, 'model' | 'number'>): string {
  return `incident/${model}/${number}`;
}
